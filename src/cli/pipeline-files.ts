import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandEnd, exitCodes } from './terminal';

/** Folder of a repository that holds its pipelines. */
export const pipelineFolder = '.sagaline';

/** The pipeline files of one folder: they see one another, and some of them were asked for. */
export interface PipelineFolder {
  /** Paths as a person would write them. */
  files: { path: string; text: string }[];
  asked: Set<string>;
}

const isPipelineFile = (name: string): boolean => /\.ya?ml$/.test(name);

/**
 * The files that paths name: a folder stands for the files in it, or in its `.sagaline`. Neighbours of a named file are
 * read too, because it may use their pipelines. Throws CommandEnd for a path that leads to no file.
 */
export function pipelineFolders(paths: readonly string[], from: string): PipelineFolder[] {
  const folders = new Map<string, PipelineFolder>();
  const open = (shown: string): PipelineFolder => {
    const key = resolve(from, shown);
    const known = folders.get(key);
    if (known) return known;
    const made = { files: readFiles(shown, from), asked: new Set<string>() };
    folders.set(key, made);
    return made;
  };
  for (const path of paths) {
    const place = placeOf(path, from);
    const folder = open(place.folder);
    const paths = place.file === undefined ? folder.files.map((file) => file.path) : [place.file];
    if (paths.length === 0)
      throw new CommandEnd(exitCodes.usage, `There is no pipeline file in ${place.folder}.`);
    for (const one of paths) {
      if (!folder.files.some((file) => file.path === one)) folder.files.push(readOne(one, from));
      folder.asked.add(one);
    }
  }
  return [...folders.values()];
}

function placeOf(path: string, from: string): { folder: string; file?: string } {
  const found = statSync(resolve(from, path), { throwIfNoEntry: false });
  if (!found) {
    const hint = basename(path) === pipelineFolder ? '; `sagaline init` makes a first pipeline' : '';
    throw new CommandEnd(exitCodes.usage, `There is no ${path}${hint}.`);
  }
  if (!found.isDirectory()) return { folder: dirname(path), file: join(dirname(path), basename(path)) };
  const inner = join(path, pipelineFolder);
  return { folder: existsSync(resolve(from, inner)) ? inner : path };
}

function readFiles(folder: string, from: string): { path: string; text: string }[] {
  const names = readdirSync(resolve(from, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && isPipelineFile(entry.name))
    .map(({ name }) => name);
  return names.sort().map((name) => readOne(join(folder, name), from));
}

const readOne = (path: string, from: string) => ({ path, text: readFileSync(resolve(from, path), 'utf8') });
