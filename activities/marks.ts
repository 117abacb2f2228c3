import { SagalineError } from '../src/domain/errors';

/** Stands around what only a worker can fill in; texts of events and steps never hold it. */
const frame = '\0';

/**
 * The text with the marks that `${secret("NAME")}` left replaced by values, as `write` writes them.
 * Throws NotAllowed for a secret that the step does not list, InvalidPipeline for a mark of another kind.
 */
export function withSecrets(
  text: string,
  secrets: Readonly<Record<string, string>>,
  write: (value: string) => string = (value) => value,
): string {
  // Every second piece stands between two frames.
  return text
    .split(frame)
    .map((piece, at) => (at % 2 === 0 ? piece : write(valueOf(piece, secrets))))
    .join('');
}

function valueOf(mark: string, secrets: Readonly<Record<string, string>>): string {
  const name = /^\{"secret":"([A-Za-z_]\w*)"\}$/.exec(mark)?.[1];
  if (name === undefined)
    throw new SagalineError(
      'InvalidPipeline',
      'an http step knows `secret("NAME")`, but has no files to hash',
    );
  const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (value !== undefined) return value;
  throw new SagalineError('NotAllowed', `secret ${name} is not among the \`secrets\` of the step`);
}

/** A url likewise: behind its `?` a value is percent-encoded, before it a value may be the whole address. */
export function urlWithSecrets(url: string, secrets: Readonly<Record<string, string>>): string {
  const query = url.indexOf('?');
  if (query < 0) return withSecrets(url, secrets);
  return (
    withSecrets(url.slice(0, query), secrets) + withSecrets(url.slice(query), secrets, encodeURIComponent)
  );
}

/** Text from outside that later steps may use: a mark in it would become a secret there. */
export const withoutMarks = (text: string): string => text.replaceAll(frame, '');
