import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Context } from './context';

/** The path when an executable file lies there, else undefined. */
export async function executableAt(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

/** The first executable of this name on PATH. */
export async function onPath(context: Context, name: string): Promise<string | undefined> {
  for (const folder of (context.environment['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const path = await executableAt(join(folder, name));
    if (path) return path;
  }
  return undefined;
}

/** The executable a variable names by path or by its name on PATH; undefined when the variable is not set. Throws when it names none. */
export async function namedBy(context: Context, variable: string): Promise<string | undefined> {
  const named = context.environment[variable];
  if (!named) return undefined;
  const path = named.includes('/') ? await executableAt(resolve(named)) : await onPath(context, named);
  if (path === undefined) throw new Error(`${named} is not an executable file`);
  return path;
}
