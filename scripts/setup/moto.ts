import { type Context, createContext, type Found } from './context';
import { findPythonTool } from './pip';

/** Finds or installs Moto's server, which speaks S3. Throws with what to install when no way works. */
export const findMoto = (context: Context = createContext()): Promise<Found> =>
  findPythonTool(
    {
      title: 'Moto, the S3 server of the tests,',
      folder: 'moto',
      name: 'moto_server',
      variable: 'SAGALINE_TEST_MOTO',
      // What its S3 needs and nothing else: all that Moto can stand in for takes three times the room and time.
      requirements: ['moto[s3]==5.2.5', 'flask', 'flask-cors'],
      module: 'moto.server',
      helpSays: '--port',
    },
    context,
  );
