import { sources } from '../adapters/sources';
import type { AnySource, WrittenSources } from '../adapters/sources/source';
import type { PlatformConfiguration } from '../domain/configuration';
import { SagalineError } from '../domain/errors';
import type { RateLimit } from '../domain/rate-limit';

/** The source of that name, the platform's own or a user-written one. Throws NotFound listing the known ones. */
export async function findSource(name: string, writtenSources: WrittenSources): Promise<AnySource> {
  const source = sources.get(name) ?? (await writtenSources.find(name));
  if (source) return source;
  const known = [...sources.keys(), ...(await writtenSources.names())];
  throw new SagalineError('NotFound', `known sources are ${known.join(', ')}`);
}

/**
 * How much a source takes that itself takes bodies of `mostBytes`, as sagaline.yaml says; `names` are those that it may have
 * there, the first that is listed counts.
 */
export function limitsOf(
  { sources: listed }: PlatformConfiguration,
  names: readonly string[],
  mostBytes: number,
): { rate: RateLimit | undefined; maxBytes: number } {
  const [limits] = names.flatMap((name) => listed.find((source) => source.name === name)?.limits ?? []);
  return { rate: limits?.rate, maxBytes: Math.min(limits?.bytes ?? mostBytes, mostBytes) };
}
