import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import type { TlsFiles } from '../config';
import { SagalineError } from '../domain/errors';

/** Milliseconds between two looks at the files: a renewed certificate counts after at most this long. */
const lookEveryMs = 10_000;

/** A certificate with the chain to its issuer, and its key, as PEM. */
export interface TlsPair {
  cert: string;
  key: string;
}

/** Reads certificate and key. Throws InvalidConfiguration when one cannot be read or they do not belong together. */
export async function readTlsPair(files: TlsFiles): Promise<TlsPair> {
  try {
    const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')]);
    createSecureContext({ cert, key });
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw new Error('the key is of another certificate');
    return { cert, key };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SagalineError('InvalidConfiguration', `${files.cert} and ${files.key}: ${why}`, {
      cause: error,
    });
  }
}

/** Gives the server what the files hold when they change; connections that are open stay. Returns what ends it. */
export function renewTls(
  server: Server,
  files: TlsFiles,
  used: TlsPair,
  log: Logger,
  everyMs = lookEveryMs,
): () => void {
  let current = JSON.stringify(used);
  let looking = Promise.resolve();
  const look = async () => {
    try {
      const pair = await readTlsPair(files);
      if (JSON.stringify(pair) === current) return;
      server.setSecureContext(pair);
      current = JSON.stringify(pair);
      log.info({ validTo: new X509Certificate(pair.cert).validTo }, 'the certificate was renewed');
    } catch (error) {
      // Of two files that are replaced one after the other, the first look may see only one.
      log.warn({ err: error }, 'the certificate cannot be read anew, and the last one stays');
    }
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, everyMs).unref();
  return () => {
    clearInterval(timer);
  };
}
