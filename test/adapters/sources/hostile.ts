import fc from 'fast-check';
import { SagalineError } from '../../../src/domain/errors';
import { eventSchema, maxEventBytes } from '../../../src/domain/event';
import type { Headers, Source } from '../../../src/adapters/sources/source';
import { pathsOf, withValue } from '../../gateway/payloads';
import { naughtyTexts } from '../../support/naughty';

/** A delivery that the source understands, from which foreign ones are made. */
export interface GoodDelivery {
  /** Told in the name of the test; the first of the payload's fields where it is absent. */
  name?: string;
  headers: Headers;
  payload: unknown;
}

const receivedAt = '2026-01-02T03:04:05.000Z';
const encoded = (payload: unknown): Buffer => Buffer.from(JSON.stringify(payload ?? null));

/** What takes the place of each field in turn. */
const strange = [
  undefined,
  null,
  0,
  -1,
  1.5,
  Number.MAX_VALUE,
  true,
  false,
  '',
  'x'.repeat(40_000),
  '\u001b'.repeat(10_000),
  '😀'.repeat(10_000),
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  '-rf',
  '$(id)',
  '\u202egnp.exe',
  '2026-99-99T99:99:99Z',
  [],
  {},
  [[]],
  [null],
  Array.from({ length: 1_000 }, () => ({ a: 1 })),
];
const strangeHeaders = [
  undefined,
  '',
  ['a', 'b'],
  'x'.repeat(5_000),
  '\u00e9',
  'a\tb',
  '__proto__',
  '%00',
  '{}',
];

/**
 * Registers tests that whatever comes in the place of these deliveries is read as valid, bounded events with ids of
 * their own, or refused with a named error that is no fault of the platform.
 */
export function hostile(source: Source, deliveries: readonly GoodDelivery[]): void {
  const survives = (headers: Headers, body: Buffer): void => {
    const readings = orRefusal(() => source.read({ headers, body, receivedAt }));
    if (readings === undefined) return;
    for (const { event } of readings) {
      const faults = eventSchema.safeParse(event).error?.issues;
      const bytes = Buffer.byteLength(JSON.stringify(event));
      if (faults || bytes > maxEventBytes)
        expect({ faults, bytes }).toEqual({ faults: undefined, bytes: 'less' });
    }
    const unique = (values: string[]) => new Set(values).size === values.length;
    // A batch may tell of nothing that is of interest.
    if (!source.batched) expect(readings).toHaveLength(1);
    expect(unique(readings.map(({ event }) => event.key))).toBe(true);
    expect(unique(readings.map(({ event }) => event.bodyHash).filter(Boolean))).toBe(true);
  };

  describe(`any shape of a delivery of ${source.name}`, () => {
    it.each(deliveries.map((delivery) => [nameOf(delivery), delivery] as const))(
      '%s, with each field removed, nulled and retyped in turn',
      (_, { headers, payload }) => {
        expect(source.read({ headers, body: encoded(payload), receivedAt })[0]?.problem).toBeNull();
        for (const path of pathsOf(payload))
          for (const value of strange) survives(headers, encoded(withValue(payload, path, value)));
      },
    );

    it('with each header removed, repeated and made strange in turn', () => {
      for (const { headers, payload } of deliveries)
        for (const name of Object.keys(headers))
          for (const value of strangeHeaders) {
            const delivery = { headers: { ...headers, [name]: value }, body: encoded(payload), receivedAt };
            orRefusal(() => {
              source.verify(delivery, ['a secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
            });
            survives(delivery.headers, delivery.body);
          }
    });

    it('with naughty texts in the place of each of its texts, and each of them in one at least', () => {
      for (const { headers, payload } of deliveries) {
        const paths = pathsOf(payload).filter((path) => typeof valueAt(payload, path) === 'string');
        for (const [at, text] of naughtyTexts.entries())
          for (const path of paths.filter((_, place) => place % 16 === at % Math.min(16, paths.length)))
            survives(headers, encoded(withValue(payload, path, text)));
      }
    });

    it('of generated JSON', () => {
      const headers = fc.constantFrom(...deliveries.map((delivery) => delivery.headers));
      fc.assert(
        fc.property(headers, fc.jsonValue({ depthSize: 'large' }), (given, payload) => {
          survives(given, encoded(payload));
        }),
      );
    });

    it('of generated JSON in the place of a field', () => {
      const mutated = fc.constantFrom(...deliveries).chain(({ headers, payload }) =>
        fc.record({
          headers: fc.constant(headers),
          payload: fc
            .tuple(fc.constantFrom(...pathsOf(payload)), fc.jsonValue())
            .map(([path, value]) => withValue(payload, path, value)),
        }),
      );
      fc.assert(
        fc.property(mutated, ({ headers, payload }) => {
          survives(headers, encoded(payload));
        }),
      );
    });

    it('of bytes that are no JSON', () => {
      const headers = fc.constantFrom(...deliveries.map((delivery) => delivery.headers));
      fc.assert(
        fc.property(headers, fc.uint8Array(), (given, bytes) => {
          survives(given, Buffer.from(bytes));
        }),
      );
    });

    it('with keys of prototypes leaves them behind', () => {
      const polluted = JSON.parse(
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
      ) as object;
      for (const { headers, payload } of deliveries)
        for (const path of pathsOf(payload)) survives(headers, encoded(withValue(payload, path, polluted)));
      expect({}).not.toHaveProperty('polluted');
    });
  });
}

const valueAt = (payload: unknown, path: readonly string[]): unknown =>
  path.reduce((value, key) => (value as Record<string, unknown>)[key], payload);

/** What is returned; undefined for a named refusal that blames the sender. Any other error is a fault. */
function orRefusal<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SagalineError)) throw error;
    expect(error.row.status).toBeLessThan(500);
    return undefined;
  }
}

const nameOf = ({ name, payload }: GoodDelivery): string =>
  name ?? Object.keys(payload as object)[0] ?? 'empty';
