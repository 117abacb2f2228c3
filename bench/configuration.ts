import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** Adds to the sagaline.yaml of a bench; the worker reads it again when it changes. */
export async function addConfiguration(folder: string, more: object): Promise<void> {
  const file = join(folder, 'sagaline.yaml');
  const configuration = parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, stringify({ ...configuration, ...more }));
}

/** A sink by the name of `log`, which trivial steps tell their messages. */
export const logSink = { sinks: [{ name: 'log', kind: 'log' }] };
