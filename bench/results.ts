import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type BackendName, backends, type BenchName } from './arguments';

const number = z.number().nullable();
const figureSchema = z.object({
  what: z.string(),
  unit: z.enum(['ms', 'MB', 'KB', 'times', 'per second', 'per minute', 'events', 'bytes']),
  n: z.number(),
  ...{ min: number, p50: number, p95: number, max: number },
  target: z
    .union([
      z.strictObject({ value: z.number(), atMost: z.number() }),
      z.strictObject({ value: z.number(), atLeast: z.number() }),
    ])
    .nullable(),
  point: z.object({ curve: z.string(), grows: z.string(), x: z.number() }).exactOptional(),
  absent: z.string().exactOptional(),
});

const measuredSchema = z.object({
  /** When it began, ISO 8601. */
  at: z.string(),
  seconds: z.number(),
  /** Load of the machine in the minute before, and at the end. */
  load: z.tuple([z.number(), z.number()]),
  commit: z.string(),
  machine: z.object({ cores: z.number(), memoryGib: z.number(), system: z.string(), node: z.string() }),
  quick: z.boolean(),
  figures: z.array(figureSchema),
});

const fileSchema = z.object({
  backend: z.enum(backends),
  benches: z.record(z.string(), measuredSchema),
});

/** What one bench measured, when, and on what. */
export type Measured = z.infer<typeof measuredSchema>;
/** What all benches measured on one backend. */
export type Results = z.infer<typeof fileSchema>;

const fileOf = (folder: string, backend: BackendName): string => join(folder, `${backend}.json`);

/** What the folder holds of a backend; nothing where nothing was measured. Throws when the file is not what this version writes. */
export async function readResults(folder: string, backend: BackendName): Promise<Results> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(fileOf(folder, backend), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { backend, benches: {} };
  }
}

/** Writes all that was measured on a backend. */
export async function writeResults(folder: string, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = fileOf(folder, results.backend);
  await writeFile(`${file}.new`, `${JSON.stringify(results, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** Keeps what a bench measured beside what others did; what it measured before is replaced. */
export async function keepResult(
  folder: string,
  backend: BackendName,
  name: BenchName,
  measured: Measured,
): Promise<void> {
  const { benches } = await readResults(folder, backend);
  await writeResults(folder, { backend, benches: { ...benches, [name]: measured } });
}
