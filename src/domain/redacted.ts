import { redactor } from './redact';

/** The text without any of the secrets, in any of their spellings. */
export function redacted(text: string, secrets: string[]): string {
  const redact = redactor(secrets);
  return redact.push(text) + redact.end();
}
