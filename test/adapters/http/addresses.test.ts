import fc from 'fast-check';
import { refusal } from '../../../src/adapters/http/addresses';

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '169.253.255.255',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001::1',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
])('the public address %s may be called', (address) => {
  expect(refusal(address, [])).toBeUndefined();
});

test('a range of IPv6 allows no address of IPv4, whatever the two have in common', () => {
  expect(refusal('127.0.0.1', ['::/0', '::/1', '::ffff:0:0/96'])).toBe('loopback');
  expect(refusal('::1', ['0.0.0.0/0'])).toBe('loopback or reserved');
  expect(refusal('::1', ['::1/128'])).toBeUndefined();
  expect(refusal('fe80::1%eth0', ['fe80::/10'])).toBeUndefined();
});

test('an IPv4 address is judged alike in all its spellings', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const allow = fc.constantFrom([], ['10.0.0.0/8'], ['127.0.0.1/32', '::/0']);
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), allow, (bytes, allowed) => {
      const plain = bytes.join('.');
      const groups = [0, 2].map((at) => (bytes[at]! * 256 + bytes[at + 1]!).toString(16)).join(':');
      const judged = refusal(plain, allowed);
      for (const prefix of ['::ffff:', '64:ff9b::', '0:0:0:0:0:ffff:']) {
        expect(refusal(`${prefix}${plain}`, allowed)).toBe(judged);
        expect(refusal(`${prefix}${groups}`, allowed)).toBe(judged);
      }
    }),
    { numRuns: 500 },
  );
});
