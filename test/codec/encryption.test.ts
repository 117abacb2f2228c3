import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { EncryptionCodec } from '../../src/codec/encryption';
import { encryptionKeysSchema } from '../../src/codec/keys';
import { readSettings } from '../../src/config';
import { newKey } from './keys';

const [one, two, off] = [newKey('one'), newKey('two'), 'off'];
const codec = (...entries: string[]) => new EncryptionCodec(encryptionKeysSchema.parse(entries.join(',')));
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const clear = payload({ message: 'a marker', nested: [1, null] });
const raw = new Uint8Array([0, 255, 1, 254]);

const encrypted = async (by: EncryptionCodec, value = clear): Promise<Payload> => {
  const [result] = await by.encode([value]);
  if (!result) throw new Error('nothing was encoded');
  return result;
};
const read = async (by: EncryptionCodec, value: Payload) => {
  const [result] = await by.decode([value]);
  return result && defaultPayloadConverter.fromPayload<unknown>(result);
};

it.each([[clear], [payload(undefined)], [payload(raw)], [payload('')]])(
  'gives back what it was given',
  async (value) => {
    const closed = await encrypted(codec(one), value);
    expect(Buffer.from(closed.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
    expect(await read(codec(one), closed)).toEqual(defaultPayloadConverter.fromPayload(value));
  },
);

it('hides the value, never in the same bytes twice, and adds little', async () => {
  const large = payload('x'.repeat(100_000));
  const closed = await encrypted(codec(one), large);
  expect(Buffer.from(closed.data ?? []).includes('xxxx')).toBe(false);
  expect(closed.data).not.toEqual((await encrypted(codec(one), large)).data);
  expect((closed.data?.length ?? 0) - (large.data?.length ?? 0)).toBeLessThan(100);
});

it('encrypts with the first key and decrypts with every one', async () => {
  const before = await encrypted(codec(one));
  const after = await encrypted(codec(two, one));
  expect(Buffer.from(after.metadata?.['encryption-key-id'] ?? []).toString()).toBe('two');
  expect(await read(codec(two, one), before)).toEqual({ message: 'a marker', nested: [1, null] });
  expect(await read(codec(one, two), after)).toEqual({ message: 'a marker', nested: [1, null] });
});

it('passes what is not encrypted, and encrypts nothing when it is off', async () => {
  expect(await codec(one).decode([clear])).toEqual([clear]);
  expect(await codec(off, one).encode([clear])).toEqual([clear]);
  expect(await read(codec(off, one), await encrypted(codec(one)))).toMatchObject({ message: 'a marker' });
  expect(await codec(off).encode([clear])).toEqual([clear]);
});

it('names the key that is missing', async () => {
  await expect(codec(two).decode([await encrypted(codec(one))])).rejects.toMatchObject({
    code: 'KeyMissing',
    detail: 'SAGALINE_ENCRYPTION_KEYS has no key "one"',
  });
});

type Encrypted = Required<Pick<Payload, 'metadata' | 'data'>>;

it.each<[string, (payload: Encrypted) => Payload]>([
  [
    'a changed byte',
    ({ data, ...rest }) => ({ ...rest, data: data?.map((byte, at) => byte ^ Number(at === 20)) ?? null }),
  ],
  ['the end cut off', ({ data, ...rest }) => ({ ...rest, data: data?.slice(0, -1) ?? null })],
  ['nearly nothing', ({ metadata }) => ({ metadata, data: raw })],
  ['no data', ({ metadata }) => ({ metadata })],
  [
    'the name of another key',
    ({ metadata, data }) => ({ metadata: { ...metadata, 'encryption-key-id': Buffer.from('same') }, data }),
  ],
])('refuses %s', async (_, change) => {
  const keys = codec(one, one.replace('one', 'same'));
  const { metadata = null, data = null } = await encrypted(keys);
  await expect(keys.decode([change({ metadata, data })])).rejects.toMatchObject({ code: 'KeyMissing' });
});

it.each([
  ['', undefined],
  ['one', 'key 1'],
  [`${one},two:c2hvcnQ=`, 'key 2'],
  [`${one},${newKey('one')}`, 'two keys have the same id'],
  [newKey('a b'), 'key 1'],
  [`off,off`, 'key 1'],
])('a list of keys is checked: %#', (keys, fault) => {
  const settings = () => readSettings({ SAGALINE_ENCRYPTION_KEYS: keys });
  if (fault === undefined) expect(settings().encryption).toEqual({ current: null, all: new Map() });
  else expect(settings).toThrow(`SAGALINE_ENCRYPTION_KEYS: ${fault}`);
});

it('neither messages nor printed settings say a key', () => {
  const secret = one.slice('one:'.length);
  expect(() => readSettings({ SAGALINE_ENCRYPTION_KEYS: `${one}x` })).not.toThrow(secret);
  const { encryption } = readSettings({ SAGALINE_ENCRYPTION_KEYS: one });
  expect(JSON.stringify({ encryption, all: [...encryption.all] })).not.toContain(secret);
});
