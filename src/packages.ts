import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/**
 * What a user-written package or file exports; the name counts from the folder of sagaline.yaml, and is loaded once for
 * each process. Throws an error that says what is missing or how it failed.
 */
export function loadPackage(configFile: string, name: string): unknown {
  const require = createRequire(configFile);
  const file = resolved(() => require.resolve(name));
  if (file === undefined) throw new Error(missing(name, dirname(configFile)));
  try {
    return require(file) as unknown;
  } catch (error) {
    throw new Error(`${name} fails to load: ${firstLine(error)}`, { cause: error });
  }
}

/** What `shape` takes for its own of a module: its default export, or `module.exports`; undefined for neither. */
export function exportedAs<T>(module: unknown, shape: (value: unknown) => value is T): T | undefined {
  return [defaultOf(module), module].find(shape);
}

function resolved(resolve: () => string): string | undefined {
  try {
    return resolve();
  } catch {
    return undefined;
  }
}

function missing(name: string, folder: string): string {
  const isFile = name.startsWith('.') || name.startsWith('/');
  const advice = isFile
    ? 'the path counts from the folder of sagaline.yaml'
    : `run "npm install ${name}" in that folder`;
  return `${name} is not found from ${folder}: ${advice}`;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

function defaultOf(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
}
