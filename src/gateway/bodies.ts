import type { Request, Response } from 'express';
import { SagalineError } from '../domain/errors';

/** Bytes that every body may have, whatever others hold: the most connections there may be then hold 250 MiB. */
const smallBytes = 256 * 1024;

/** Reads raw bodies, because a signature is over bytes and not over what a parser made of them. */
export class Bodies {
  private held = 0;

  /** `budgetBytes` of all senders together, most not authenticated yet: beyond it, only small bodies are taken. */
  constructor(private readonly budgetBytes: number) {}

  /** The whole body. Throws TooLarge as soon as that is known, Unavailable when too much is held, Malformed when it breaks off. */
  async read(request: Request, response: Response, maxBytes: number): Promise<Buffer> {
    requireLength(request, maxBytes);
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.once('close', () => {
      this.held -= bytes;
    });
    try {
      // Without this option a thrown TooLarge would close the connection before it is answered.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        this.held += chunk.length;
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        if (this.held > this.budgetBytes && bytes > smallBytes)
          throw new SagalineError('Unavailable', 'too many large requests at once');
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof SagalineError) throw error;
      throw new SagalineError('Malformed', 'the body broke off', { cause: error });
    }
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes);
  }
}

/** Throws TooLarge when the sender announces more than `maxBytes`. */
export function requireLength(request: Request, maxBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): SagalineError {
  return new SagalineError('TooLarge', `the limit is ${String(maxBytes)} bytes`);
}

/** The media type in lower case; throws UnsupportedMediaType for another charset than UTF-8 and for compressed bodies. */
export function mediaType(request: Request): string {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((part) => /^\s*charset="?([^"\s]*)"?\s*$/.exec(part)?.[1]).find(Boolean);
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new SagalineError('UnsupportedMediaType', 'the charset must be utf-8');
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw new SagalineError('UnsupportedMediaType', 'compressed bodies are not accepted');
  return type.trim();
}

/** Throws UnsupportedMediaType when the body is of none of these media types. */
export function requireMediaType(request: Request, types: readonly string[]): void {
  const type = mediaType(request);
  if (!types.includes(type))
    throw new SagalineError('UnsupportedMediaType', `send ${types.join(' or ')}, not ${type || 'nothing'}`);
}
