import fc from 'fast-check';
import { mask, masker, redactor } from '../../src/domain/redact';

const secret = "p@ss/w+rd (it's) 100%!";
const lowerDigits = (text: string) => text.replace(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase());
const everyMark = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const spellings: [string, string][] = [
  ['as it is', secret],
  ['in base64', Buffer.from(secret).toString('base64')],
  ['in base64 without its end', Buffer.from(secret).toString('base64').replace(/=+$/, '')],
  ['in base64 for addresses', Buffer.from(secret).toString('base64url')],
  ['percent-encoded', encodeURIComponent(secret)],
  ['percent-encoded with every mark', everyMark(secret)],
  ['percent-encoded but for slashes', everyMark(secret).replaceAll('%2F', '/')],
  ['percent-encoded in small letters', lowerDigits(everyMark(secret))],
  ['as a field of a form', new URLSearchParams({ a: secret }).toString().slice(2)],
  ['in JSON', JSON.stringify(secret).slice(1, -1)],
];

/** What comes out of a stream that is cut at these places. */
function streamed(text: string, cuts: number[], secrets = [secret]): string {
  const redact = redactor(secrets);
  const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
  const chunks = places.slice(1).map((end, at) => text.slice(places[at], end));
  return chunks.map((chunk) => redact.push(chunk)).join('') + redact.end();
}

describe('a secret', () => {
  it.each(spellings)('%s is masked, wherever the text is split', (_, spelling) => {
    expect(masker([secret])(`<${spelling}>`)).toBe(`<${mask}>`);
    for (let at = 0; at <= spelling.length; at += 1)
      expect(streamed(`<${spelling}>`, [at + 1])).toBe(`<${mask}>`);
    expect(
      streamed(
        `<${spelling}>`,
        Array.from(spelling, (_letter, at) => at),
      ),
    ).toBe(`<${mask}>`);
  });

  it.each(['u', 'us', 'usr', 'user:', 'a:b:'])('is masked in base64 behind %j', (before) => {
    for (const after of ['', 'x', 'xy', ':xyz']) {
      const text = Buffer.from(`${before}${secret}${after}`).toString('base64');
      expect(masker([secret])(text)).toContain(mask);
      // What is left holds the end of one character and the beginning of another at most.
      const left = Buffer.from(masker([secret])(text).replace(mask, ''), 'base64').toString();
      expect(left).not.toContain(secret.slice(0, 4));
      expect(left).not.toContain(secret.slice(-4));
    }
  });

  it('of several lines is masked line by line', () => {
    const key = '-----BEGIN KEY-----\nabcdefgh\nijklmnop\n-----END KEY-----';
    expect(streamed('x ijklmnop y', [5], [key])).toBe(`x ${mask} y`);
  });

  it('within another leaves no part of the other behind', () => {
    const both = ['hunter', 'hunter22'];
    expect(masker(both)('hunter22 hunter')).toBe(`${mask} ${mask}`);
    for (let at = 0; at <= 15; at += 1)
      expect(streamed('hunter22 hunter', [at], both)).toBe(`${mask} ${mask}`);
  });

  it('of any letters, cut anywhere, is nowhere to be seen, and all else is', () => {
    const letters = fc
      .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
      .filter((text) => text.length >= 4);
    const around = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n'), maxLength: 20 });
    fc.assert(
      fc.property(letters, around, around, fc.array(fc.nat(80)), (value, before, after, cuts) => {
        fc.pre(!`${before}${after}`.includes(value.slice(0, 1)) && !mask.includes(value.slice(0, 1)));
        const text = `${before}${value}${after}`;
        const within = cuts.map((cut) => cut % (text.length + 1));
        expect(streamed(text, within, [value])).toBe(`${before}${mask}${after}`);
      }),
    );
  });

  it('of three letters is left: it would be found everywhere', () => {
    expect(masker(['abc'])('abc')).toBe('abc');
  });
});
