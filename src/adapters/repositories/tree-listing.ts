/** Pipeline files are small; more or larger ones are a mistake or an attack. */
const maxFiles = 50;
const maxFileBytes = 256 * 1024;

/** The YAML files of what `git ls-tree -z -l` lists, by blob id and path; at most 50 files of at most 256 KiB. */
export const pipelineBlobs = (listing: string): { id: string; path: string }[] =>
  listing
    .split('\0')
    // Mode 100 excludes symbolic links and submodules: only a regular file can be a pipeline.
    .map((row) => /^100\d{3} blob (?<id>[0-9a-f]+) +(?<size>\d+)\t(?<path>.+)$/s.exec(row)?.groups)
    .filter((row) => row !== undefined)
    .map(({ id = '', size, path = '' }) => ({ id, path, bytes: Number(size) }))
    .filter(({ path, bytes }) => /\.ya?ml$/.test(path) && bytes <= maxFileBytes)
    .slice(0, maxFiles);
