import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SagalineError } from '../../domain/errors';

/** The agent's compiled entry point, also when this file itself runs uncompiled, as in tests. */
export function agentMain(): string {
  const main = join(packageRoot(__dirname), 'dist', 'src', 'target', 'agent', 'main.js');
  if (!existsSync(main))
    throw new SagalineError('InvalidConfiguration', `${main} is missing: run npm run build`);
  return main;
}

function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new SagalineError('InvalidConfiguration', 'no package.json above the program');
  return packageRoot(parent);
}
