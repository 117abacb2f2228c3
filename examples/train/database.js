import { readFile, rename, writeFile } from 'node:fs/promises';

/** A file stands in for the database, so that the example needs nothing installed. */
export function databaseFile() {
  const file = process.env.DATABASE_FILE;
  if (!file) throw new Error('DATABASE_FILE is not set');
  return file;
}

/** The database's version and data; a file that does not exist is an empty database at version 0. */
export async function readDatabase(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { version: 0, data: {} };
    throw error;
  }
}

/** Replaces the file in one step, because running services read it at any time. */
export async function writeDatabase(file, database) {
  const next = `${file}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(database, null, 2)}\n`);
  await rename(next, file);
}
