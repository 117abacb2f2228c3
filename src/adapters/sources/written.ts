import { z } from 'zod';
import { SagalineError } from '../../domain/errors';
import { redacted } from '../../domain/redacted';
import { inTime } from '../../in-time';
import { exportedAs } from '../../packages';
import type { SourceDefinition, SourceDelivery } from '../../source';
import { type Content, idOf, readListed } from './contents';
import { maxName, optional } from './fields';
import { validated } from './reading';
import { ownType, sendableKind } from './sendable';
import type { AnySource, Delivery } from './source';

/** Milliseconds that either function of a package may take. */
const limitMs = 5_000;
const mebibyte = 1024 * 1024;
/** Bytes of a body that are searched for secrets: more than a dead letter keeps, so that none is cut in two. */
const keptBytes = 64 * 1024;

const callable = z.custom<(...given: unknown[]) => unknown>((value) => typeof value === 'function');
const exported = z.object({
  maxBytes: z
    .int()
    .positive()
    .max(25 * mebibyte)
    .default(mebibyte),
  mediaTypes: z.array(z.string().toLowerCase()).min(1).default(['application/json']),
  signedIds: z.boolean().default(false),
  verify: callable,
  normalise: callable,
});

/** A source from what a package exports. Throws an error that says what is missing. */
export function writtenSource(name: string, module: unknown): AnySource {
  const isSource = (value: unknown): value is SourceDefinition => exported.safeParse(value).success;
  const definition = exportedAs(module, isSource);
  if (definition === undefined) {
    throw new Error(
      'it must export `defineSource({ verify, normalise })` of sagaline/source, as default or as module.exports',
    );
  }
  const { maxBytes, mediaTypes, signedIds } = exported.parse(definition);
  return {
    ...{ name, maxBytes, mediaTypes, batched: true },
    async verify(delivery, secrets) {
      if (!(await isProved(() => definition.verify(given(delivery), secrets))))
        throw new SagalineError('Unauthenticated', `the source ${name} does not accept this delivery`);
    },
    async read(delivery, secrets) {
      const known = [...secrets];
      return readListed(delivery, {
        ...{ source: name, name: 'delivery', hashed: !signedIds },
        kept: Buffer.from(redacted(delivery.body.toString('utf8', 0, keptBytes), known)),
        list: await listOf(() => definition.normalise(given(delivery)), known),
        read: (event) => contentOf(name, event),
      });
    },
  };
}

/** A copy, so that a package that changes what it verifies does not change what is read. */
const given = ({ headers, query = {}, body, receivedAt }: Delivery): SourceDelivery => ({
  headers: { ...headers },
  query: { ...query },
  body: Buffer.from(body),
  receivedAt,
});

/** Nothing of an error is told: whoever sends is not known yet. */
async function isProved(verify: () => unknown): Promise<boolean> {
  try {
    return (await inTime(verify, limitMs)) === true;
  } catch {
    return false;
  }
}

/** What a package returns, as plain JSON without secrets; an error of its own is one of the delivery. */
async function listOf(normalise: () => unknown, secrets: string[]): Promise<() => unknown[]> {
  const refused = (problem: string) => (): never => {
    throw new SagalineError('NotUnderstood', redacted(`normalise ${problem}`, secrets));
  };
  try {
    const text = (JSON.stringify(await inTime(normalise, limitMs)) as string | undefined) ?? 'null';
    const events = JSON.parse(redacted(text, secrets)) as unknown;
    return Array.isArray(events) ? () => events as unknown[] : refused('must return a list of events');
  } catch (error) {
    return refused(`failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const eventShape = z.object({
  id: z.string().min(1).max(512),
  kind: z.string().max(maxName),
  time: optional(z.string()),
  data: z.record(z.string(), z.unknown()),
});

function contentOf(source: string, event: unknown): Content {
  const { id, kind, time, data } = validated(eventShape, event);
  return { id: idOf(id), kind: sendableKind(source, ownType(kind)), time, data };
}
