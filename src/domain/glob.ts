/** Longest pattern in characters. */
export const maxGlob = 256;

/** One piece of a pattern; `many` ones stand for any number of characters, none included. */
type Token =
  | { is: 'character'; character: string }
  | { is: 'set'; negated: boolean; ranges: [string, string][] }
  | { is: 'one' }
  | { is: 'part' }
  | { is: 'any' }
  /** Whole parts with their slashes. */
  | { is: 'parts' };

/** Why a pattern is refused; undefined for one that can be used. A leading `!` belongs to the list, not to the pattern. */
export function globFault(pattern: string): string | undefined {
  const text = withoutNot(pattern);
  if (text === '') return 'is empty';
  if (text.startsWith('/') || text.startsWith('./')) return 'begins at the top by itself: leave the / out';
  const special = /[(){}|\\^]/.exec(text)?.[0];
  if (special !== undefined)
    return `${special} has no meaning here: write several patterns, or ? for that character itself`;
  return tokensOf(text) === undefined ? 'a [ without its ]' : undefined;
}

/**
 * Whether a pattern stands for the whole text: `*` for anything within one part of a path, `**` for anything, `?` for one
 * character, `[a-z]` and `[!a-z]` for one of or none of a set. The work is at most their lengths multiplied: in a regular
 * expression each further star multiplies it by the length of the text.
 */
export function globMatches(pattern: string, text: string): boolean {
  return matcherOf(pattern)(text);
}

/** The last pattern of a list that stands for the text decides; with `!` it says no. */
export interface GlobList {
  patterns: readonly string[];
  /** The pattern that decides on a text; undefined where none does. */
  lastMatch: (text: string) => string | undefined;
}

/** Reads a list of patterns once for many texts. */
export function globList(patterns: readonly string[]): GlobList {
  const matchers = patterns.map((pattern) => ({ pattern, matches: matcherOf(withoutNot(pattern)) }));
  return { patterns, lastMatch: (text) => matchers.findLast(({ matches }) => matches(text))?.pattern };
}

/** Whether a pattern says no to what it stands for. */
export const isNot = (pattern: string): boolean => pattern.startsWith('!');

const withoutNot = (pattern: string): string => (isNot(pattern) ? pattern.slice(1) : pattern);

const isMany = ({ is }: Token): boolean => is === 'part' || is === 'any' || is === 'parts';

function takes(token: Token, character: string): boolean {
  switch (token.is) {
    case 'character':
      return token.character === character;
    case 'one':
    case 'part':
      return character !== '/';
    case 'any':
    case 'parts':
      return true;
    case 'set':
      return (
        character !== '/' &&
        token.ranges.some(([from, to]) => from <= character && character <= to) !== token.negated
      );
  }
}

function matcherOf(pattern: string): (text: string) => boolean {
  const tokens = tokensOf(pattern) ?? [{ is: 'set', negated: false, ranges: [] }];
  return (text) => {
    // For each place in the pattern, whether what was read so far leads to it.
    let reached = new Uint8Array(tokens.length + 1);
    reached[0] = 1;
    skip(tokens, reached, true);
    for (const character of text) {
      const next = new Uint8Array(tokens.length + 1);
      for (const [place, token] of tokens.entries()) {
        if (reached[place] === 1 && takes(token, character)) next[isMany(token) ? place : place + 1] = 1;
      }
      reached = next;
      skip(tokens, reached, character === '/');
    }
    return reached[tokens.length] === 1;
  };
}

/** Adds the places that are reached without a character; whole parts end at a slash only. */
function skip(tokens: Token[], reached: Uint8Array, isPartStart: boolean): void {
  for (const [place, token] of tokens.entries()) {
    if (reached[place] === 1 && isMany(token) && (token.is !== 'parts' || isPartStart))
      reached[place + 1] = 1;
  }
}

function tokensOf(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let rest = pattern; rest !== '';) {
    const found =
      /^(?:(?<stars>\*+)(?<slash>\/?)|(?<one>\?)|\[(?<set>!?\]?[^\]]+)\]|(?<character>[^[]))/su.exec(rest);
    if (!found?.groups) return undefined;
    const { stars, slash = '', one, set, character = '' } = found.groups;
    const startsPart = tokens.length === 0 || isSlash(tokens.at(-1));
    if (stars !== undefined) tokens.push(...starred(stars, slash, startsPart));
    else if (set !== undefined) tokens.push(setOf(set));
    else tokens.push(one === undefined ? { is: 'character', character } : { is: 'one' });
    rest = rest.slice(found[0].length);
  }
  return tokens;
}

function starred(stars: string, slash: string, startsPart: boolean): Token[] {
  if (stars.length > 1 && slash !== '' && startsPart) return [{ is: 'parts' }];
  const many: Token = { is: stars.length > 1 ? 'any' : 'part' };
  return slash === '' ? [many] : [many, { is: 'character', character: '/' }];
}

const isSlash = (token: Token | undefined): boolean =>
  token?.is === 'parts' || (token?.is === 'character' && token.character === '/');

function setOf(text: string): Token {
  const negated = text.startsWith('!');
  const ranges = [...(negated ? text.slice(1) : text).matchAll(/(.)(?:-(.))?/gsu)].map(
    ([, from = '', to = from]): [string, string] => [from, to],
  );
  return { is: 'set', negated, ranges };
}
