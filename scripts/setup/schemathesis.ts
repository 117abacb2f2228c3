import { type Context, createContext, type Found } from './context';
import { findPythonTool } from './pip';

/** Finds or installs Schemathesis, which calls an API by its OpenAPI document. Throws with what to install when no way works. */
export const findSchemathesis = (context: Context = createContext()): Promise<Found> =>
  findPythonTool(
    {
      title: 'Schemathesis',
      folder: 'schemathesis',
      name: 'schemathesis',
      variable: 'SAGALINE_TEST_SCHEMATHESIS',
      requirements: ['schemathesis==4.32.5'],
      module: 'schemathesis.cli',
      helpSays: 'OpenAPI',
    },
    context,
  );
