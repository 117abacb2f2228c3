import type { Terminal } from './terminal';

/** What a terminal would obey, and what turns the order of the text beside it; line breaks and tabs apart. */
const obeyed = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const escape = '\u001b';
const colour = new RegExp(`${escape}\\[[\\d;]*m`, 'g');
const unfinished = new RegExp(`(?:${escape}(?:\\[[\\d;]*)?|\r)$`);

/** The text with such characters written out, in the way of JSON: texts of others steer no terminal. */
export const shown = (text: string): string =>
  text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same terminal, to which nothing else is written. */
export const guarded = (terminal: Terminal): Terminal => ({
  ...terminal,
  write: (text) => {
    terminal.write(shown(text));
  },
  complain: (text) => {
    terminal.complain(shown(text));
  },
});

/** A function that takes colours and carriage returns out of a text that comes in pieces; call it with nothing at the end. */
export function withoutColours(): (piece?: string) => string {
  let held = '';
  return (piece) => {
    const text = held + (piece ?? '');
    // A piece may end within what is to be taken out.
    held = piece === undefined ? '' : (unfinished.exec(text)?.[0] ?? '');
    return text
      .slice(0, text.length - held.length)
      .replace(colour, '')
      .replace(/\r\n?/g, '\n');
  };
}
