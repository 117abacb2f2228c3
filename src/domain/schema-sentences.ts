import type { z } from 'zod';
import { closest } from './closest';

type Issue = z.core.$ZodIssue;

/** One issue of zod as a sentence; the given value tells which of the allowed words was probably meant. */
export function sentence(issue: Issue, given?: unknown): string {
  switch (issue.code) {
    case 'invalid_union':
      if ('options' in issue && Array.isArray(issue.options)) return oneOf(issue.options.map(String), given);
      return alternatives(
        issue.errors.map((errors) => errors.map((inner) => sentence(inner, given)).join(', ')),
      );
    case 'invalid_type':
      return `must be ${articles[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return oneOf(issue.values.map(String), given);
    case 'too_small':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_format':
      return 'prefix' in issue ? `must start with ${String(issue.prefix)}` : issue.message;
    default:
      return issue.message;
  }
}

/** A list that is longer is no help to somebody who has misspelt one of its words. */
const readable = 16;

function oneOf(words: string[], given: unknown): string {
  if (words.length === 1) return `must be ${words.join('')}`;
  const meant = typeof given === 'string' ? closest(given, words) : undefined;
  if (meant !== undefined && words.length > readable) return `is not known, did you mean ${meant}?`;
  return `must be one of ${words.join(', ')}${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}

/** `must be a text, a number or true or false`. */
function alternatives(sentences: string[]): string {
  const guess = sentences.find((text) => text.endsWith('?'));
  if (guess !== undefined) return guess;
  const [first = '', ...rest] = new Set(sentences);
  const last = rest.pop();
  if (last === undefined) return first;
  const shorter = (text: string) => text.replace(/^must be /, '');
  return `${[first, ...rest.map(shorter)].join(', ')} or ${shorter(last)}`;
}

function amount(origin: string, bound: string, limit: number | bigint): string {
  const number = String(limit);
  const several = number === '1' ? '' : 's';
  if (origin === 'string') return `have ${bound} ${number} character${several}`;
  if (origin === 'array') return `have ${bound} ${number} element${several}`;
  return `be ${bound} ${number}`;
}

const articles: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of fields',
};
