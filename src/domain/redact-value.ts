import { mask, masker } from './redact';

/**
 * Tokens that are recognised by their shape alone: our own, and as their makers document it GitHub, GitLab, Slack, AWS access keys,
 * npm, private keys in PEM, and JSON Web Tokens.
 */
const shapes: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_\w{22,255}\b/g,
  /\bglpat-[\w-]{20,255}/g,
  /\bxox[abeprs]-[\w-]{10,255}/g,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bsgl_[0-9a-f]{16}_[\w-]{43}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8192}?(-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{10,2048}\.eyJ[\w-]{10,4096}\.[\w-]{10,1024}/g,
];

/** A function that copies a JSON value and masks each of the secrets, in every usual spelling, and each known shape of a token in it. */
export function valueMasker(secrets: readonly string[]): <T>(value: T) => T {
  const known = masker(secrets);
  const redact = (text: string) => shapes.reduce((rest, shape) => rest.replace(shape, mask), known(text));
  return <T>(value: T) => redactedBy(value, redact) as T;
}

function redactedBy(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((inner) => redactedBy(inner, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [redact(key), redactedBy(inner, redact)]),
  );
}
