import bigList from 'big-list-of-naughty-strings';

/** Texts that have broken other programs: the Big List of Naughty Strings, and what its lines cannot hold. */
export const naughtyTexts: readonly string[] = [
  ...bigList,
  'red \u001b[31m and \u001b]52;c;aWQ=\u0007 the clipboard',
  'c1 \u009b31m \u0085 and delete \u007f',
  'a\u0000b\bc\rd\u000be\u000cf\u000eg',
  'line\nbreak\r\nand\u2028more\u2029of\tthem',
  'invoice\u202egnp.exe \u2066hidden\u2069 \u200f\u061c',
  'high \ud83d, low \ude00',
  '<img src=x onerror=alert(1)> </script> {{7*7}} ${7*7}',
  '$(id) `id` "; id; \'',
];
