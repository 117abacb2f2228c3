import { closest } from '../../src/domain/closest';

const kinds = ['shell', 'scan', 'canary', 'approval', 'wait', 'http'];

it.each([
  ['a letter that is wrong', 'shelk', 'shell'],
  ['a letter too few', 'canry', 'canary'],
  ['a letter too many', 'scann', 'scan'],
  ['capitals', 'HTTP', 'http'],
  ['two letters that are swapped, in a short word', 'sacn', 'scan'],
  ['first letters that are swapped', 'hsell', 'shell'],
  ['swapped letters and another slip', 'acnarry', 'canary'],
])('finds what was meant in spite of %s', (_, written, meant) => {
  expect(closest(written, kinds)).toBe(meant);
});

it('prefers the nearest', () => {
  expect(closest('shlel', ['shelf', 'shell'])).toBe('shell');
  expect(closest('ab', ['abc', 'ba', 'ab'])).toBe('ab');
});

it.each(['release', 'wwww', '', 'x'.repeat(41)])('finds nothing that %j could have meant', (written) => {
  expect(closest(written, kinds)).toBeUndefined();
});
