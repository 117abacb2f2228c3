import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Scanner } from '../../ports';
import { GitleaksScanner } from './gitleaks';
import { SecretlintScanner } from './secretlint';

/** gitleaks when it is on the path, else the bundled secretlint. */
export async function findScanner(path: string): Promise<Scanner> {
  for (const folder of path.split(delimiter)) {
    const installed = await access(join(folder, 'gitleaks'), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (installed) return new GitleaksScanner(path);
  }
  return new SecretlintScanner(path);
}
