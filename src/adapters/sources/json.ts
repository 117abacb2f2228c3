import { SagalineError } from '../../domain/errors';

/** Levels of arrays and objects that a body may nest: later code walks it recursively. */
const maxDepth = 64;

const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{`, and what closes them, differ in this bit alone. */
const bracketOrBrace = 0x20;
const opening = 0x7b;
const closing = 0x7d;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes strict UTF-8. Throws Malformed. */
export function decodeUtf8(body: Uint8Array): string {
  try {
    return strictUtf8.decode(body);
  } catch (error) {
    throw new SagalineError('Malformed', 'the body is not valid UTF-8', { cause: error });
  }
}

/** Parses JSON of bounded depth in strict UTF-8. Throws Malformed, never with text of the body in it. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) throw new SagalineError('Malformed', 'the body is empty');
  const text = decodeUtf8(body);
  if (isTooDeep(body))
    throw new SagalineError('Malformed', `the body nests more than ${String(maxDepth)} levels`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SagalineError('Malformed', 'the body is not valid JSON', { cause: error });
  }
}

/** Counted on the bytes, because a parsed value of such depth could not be walked any more. */
function isTooDeep(body: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte === quote) inText = !inText;
    else if (inText) {
      if (byte === backslash) at++;
    } else if ((byte | bracketOrBrace) === opening) {
      depth++;
      if (depth > maxDepth) return true;
    } else if ((byte | bracketOrBrace) === closing) depth--;
  }
  return false;
}
