import { sources } from '../adapters/sources';
import type { AnySource, WrittenSources } from '../adapters/sources/source';
import type { PlatformConfiguration } from '../domain/configuration';
import { SagalineError } from '../domain/errors';

/** The source of that name, the platform's own or a user-written one. Throws NotFound listing the known ones. */
export async function findSource(name: string, writtenSources: WrittenSources): Promise<AnySource> {
  const source = sources.get(name) ?? (await writtenSources.find(name));
  if (source) return source;
  const known = [...sources.keys(), ...(await writtenSources.names())];
  throw new SagalineError('NotFound', `known sources are ${known.join(', ')}`);
}

/** What sagaline.yaml says of how much a source takes; `names` are those that it may have there, the first that is listed counts. */
export function limitsOf({ sources: listed }: PlatformConfiguration, names: readonly string[]) {
  return names.flatMap((name) => listed.find((source) => source.name === name)?.limits ?? [])[0] ?? {};
}
