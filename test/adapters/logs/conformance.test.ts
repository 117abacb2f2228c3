import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { stepLogs } from '../../../src/adapters/logs';
import type { StepLogs } from '../../../src/ports';
import { type Moto, startMoto } from '../../support/moto';
import { until } from '../../support/until';

let moto: Moto;
let state: string;
beforeAll(async () => {
  moto = await startMoto();
  state = await mkdtemp(join(tmpdir(), 'sagaline-logs-'));
});
afterAll(async () => {
  await moto.stop();
  await rm(state, { recursive: true });
});

/** Every vendor of the port, each time as another process sees it. */
const vendors: [string, () => Promise<() => StepLogs>][] = [
  ['files', () => Promise.resolve(() => stepLogs({ state, blobs: undefined }))],
  [
    'S3',
    async () => {
      const blobs = await moto.bucket();
      return () => stepLogs({ state, blobs });
    },
  ],
];

const ended = (stream: Writable, content: string | Uint8Array = '') =>
  new Promise<void>((resolve, reject) => {
    stream.once('error', reject).end(content, resolve);
  });

describe.each(vendors)('logs in %s', (_name, openVendor) => {
  let open: () => StepLogs;
  let run: string;
  beforeAll(async () => {
    open = await openVendor();
  });
  beforeEach(() => {
    run = `run:${randomUUID()}`;
  });

  const write = async (step: string, content: string | Uint8Array, of = run) =>
    ended(await open().append(of, step), content);

  it('are continued by a later attempt', async () => {
    await write('build', 'one\n');
    await write('build', 'zw\u00f6lf\n');
    expect(await open().size(run, 'build')).toBe(11);
    expect(await text(open().read(run, 'build', 0, 10))).toBe('one\nzw\u00f6lf\n');
    expect(await text(open().read(run, 'build', 2, 5))).toBe('e\nzw');
  });

  it('are kept apart by run and step', async () => {
    await write('build', 'a');
    await write('build-two', 'bb');
    await write('build', 'ccc', `${run}2`);
    expect(await open().size(run, 'build')).toBe(1);
    expect(await open().size(run, 'build-two')).toBe(2);
    expect(await open().size(`${run}2`, 'build')).toBe(3);
    expect(await open().size(run, 'bui')).toBeUndefined();
    expect(await open().size(run, 'test')).toBeUndefined();
  });

  it('may be empty', async () => {
    await write('build', '');
    expect(await open().size(run, 'build')).toBe(0);
    expect(await text(open().read(run, 'build', 0, -1))).toBe('');
  });

  it.each(['build.20-linux', 'child.deeper.echo', 'a.b_c', `a${'.b'.repeat(300)}`])(
    'are those of step %j',
    async (step) => {
      await write(step, 'a');
      expect(await open().size(run, step)).toBe(1);
    },
  );

  it.each(['../escape', '..', '', 'a/b', 'A', 'a\0', '.', '.a'])('have no step %j', async (step) => {
    await expect(open().append(run, step)).rejects.toMatchObject({ code: 'Malformed' });
    await expect(open().size(run, step)).rejects.toMatchObject({ code: 'Malformed' });
  });

  it('can be followed while they are written', async () => {
    const follower = open();
    const stream = await open().append(run, 'build');
    let at = 0;
    for (const line of ['compiling\n', 'linking\n', 'done\n']) {
      stream.write(line);
      const size = await until('the log grows', async () => {
        const now = (await follower.size(run, 'build')) ?? 0;
        return now > at && now;
      });
      expect(await text(follower.read(run, 'build', at, size - 1))).toBe(line);
      at = size;
    }
    await ended(stream, 'bye\n');
    expect(await follower.size(run, 'build')).toBe(at + 4);
    expect(await text(follower.read(run, 'build', at, at + 3))).toBe('bye\n');
  });

  it('give any part of what any attempts wrote in any pieces', async () => {
    const attempts = fc.array(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }), { maxLength: 6 });
    const property = fc.asyncProperty(attempts, fc.nat(400), fc.nat(400), async (pieces, one, other) => {
      const step = `s${randomUUID()}`;
      for (const attempt of pieces) {
        const stream = await open().append(run, step);
        for (const piece of attempt) stream.write(piece);
        await ended(stream);
      }
      const all = Buffer.concat(pieces.flat());
      expect(await open().size(run, step)).toBe(pieces.length === 0 ? undefined : all.length);
      const [start, end] = [Math.min(one, other), Math.min(Math.max(one, other), all.length - 1)];
      expect(await buffer(open().read(run, step, 0, all.length - 1))).toEqual(all);
      expect(await buffer(open().read(run, step, start, end))).toEqual(all.subarray(start, end + 1));
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('give any part of a large log', async () => {
    const all = Buffer.from(Array.from({ length: 120_000 }, (_, line) => `line ${String(line)}`).join('\n'));
    await write('build', all);
    expect(await open().size(run, 'build')).toBe(all.length);
    expect((await buffer(open().read(run, 'build', 0, all.length - 1))).equals(all)).toBe(true);
    const ranges = fc.tuple(fc.nat(all.length - 1), fc.nat(2000));
    const property = fc.asyncProperty(ranges, async ([start, length]) => {
      const end = Math.min(start + length, all.length - 1);
      expect(await buffer(open().read(run, 'build', start, end))).toEqual(all.subarray(start, end + 1));
    });
    await fc.assert(property, {
      numRuns: 10,
      examples: [[[262_143, 1]], [[262_144, 0]], [[262_144, 262_144]]],
    });
  });

  it('lose nothing of two attempts at once', async () => {
    const streams = await Promise.all([open().append(run, 'build'), open().append(run, 'build')]);
    const chunks = streams.map((_, index) =>
      Array.from({ length: 40 }, () => Buffer.alloc(20_000, String(index))),
    );
    await Promise.all(
      streams.map(async (stream, index) => {
        await pipeline(Readable.from(chunks[index] ?? []), stream);
      }),
    );
    const size = (await open().size(run, 'build')) ?? 0;
    const all = await buffer(open().read(run, 'build', 0, size - 1));
    expect(size).toBe(Buffer.concat(chunks.flat()).length);
    expect(all.sort().equals(Buffer.concat(chunks.flat()).sort())).toBe(true);
  });
});
