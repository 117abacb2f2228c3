/** A text of somebody else's inside of a message: in one line, without characters that hide or turn what is beside them. */
export function displayed(text: string, max = 80): string {
  // In pieces of characters, so that a cut leaves none in halves.
  const characters = Array.from(text.slice(0, 2 * max));
  const isCut = text.length > 2 * max || characters.length > max;
  const shown = characters
    .slice(0, max)
    .join('')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped);
  return isCut ? `${shown}…` : shown;
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** The first few of a list, and that there are more. */
export function displayedList(texts: readonly string[], most = 3): string {
  const shown = texts.slice(0, most).map((text) => displayed(text));
  return texts.length > most ? `${shown.join(', ')}, …` : shown.join(', ');
}
