import { maxBytes, readYaml } from './yaml-document';

/** A pipeline file of a repository or of the platform. */
export interface PipelineText {
  path: string;
  text: string;
}

/** A repository's files, and those of the platform whose pipeline names the repository does not use itself. */
export function withGoldenPaths(
  own: readonly PipelineText[],
  platform: readonly PipelineText[],
): PipelineText[] {
  if (platform.length === 0) return [...own];
  // Also a file with faults keeps its name: another pipeline must not run in its place.
  const names = new Set(own.map(({ text }) => nameIn(text)).filter((name) => name !== undefined));
  return [...own, ...platform.filter(({ text }) => !names.has(nameIn(text) ?? ''))];
}

function nameIn(text: string): string | undefined {
  const document = readYaml(text, maxBytes.pipeline);
  if ('faults' in document || typeof document.value !== 'object' || document.value === null) return undefined;
  const name: unknown = 'name' in document.value ? document.value.name : undefined;
  return typeof name === 'string' ? name : undefined;
}
