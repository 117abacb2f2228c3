import type { Payload } from '@temporalio/common';
import { type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { parseJson } from '../adapters/sources/json';
import { decrypted, encrypted } from '../codec/payloads';
import { requireLength, requireMediaType } from './bodies';
import type { GatewayDependencies } from './dependencies';
import { valid } from './requests';
import { type codecPayloadSchema, codecSchema } from './schemas';
import type { GatewayServices } from './services';

/** Bytes of one request: what one event of a history may carry, several times over, in base64. */
const maxBytes = 16 * 1024 * 1024;

/** `POST /codec/encode` and `/codec/decode`: what the `temporal` command and the Web UI ask to show what is encrypted. */
export function codecRouter(
  { client, codecOrigin }: Pick<GatewayDependencies, 'client' | 'codecOrigin'>,
  { access, bodies }: Pick<GatewayServices, 'access' | 'bodies'>,
): Router {
  const apply =
    (change: (payloads: Payload[]) => Promise<Payload[]>): RequestHandler =>
    async (request, response) => {
      requireLength(request, maxBytes);
      await access.admin(request);
      requireMediaType(request, ['application/json']);
      const body = valid(codecSchema, parseJson(await bodies.read(request, response, maxBytes)));
      const payloads = await change(body.payloads.map(fromJson));
      response.json({ payloads: payloads.map(toJson) });
    };

  const shared = sharedWith(codecOrigin);
  return Router()
    .options(['/codec/encode', '/codec/decode'], shared, preflight)
    .post(
      '/codec/encode',
      shared,
      apply((payloads) => encrypted(client, payloads)),
    )
    .post(
      '/codec/decode',
      shared,
      apply((payloads) => decrypted(client, payloads)),
    );
}

/** Lets pages of this one origin read the answers; of no other, and of none where none is named. */
function sharedWith(allowed: string | undefined): RequestHandler {
  return (request, response, next) => {
    if (allowed !== undefined) response.vary('Origin');
    if (allowed !== undefined && request.get('Origin') === allowed)
      response.set('Access-Control-Allow-Origin', allowed);
    next();
  };
}

/** What a browser asks before it sends a token to another origin. */
const preflight: RequestHandler = (_request, response) => {
  response.set('Allow', 'OPTIONS, POST');
  if (response.hasHeader('Access-Control-Allow-Origin')) {
    response.set({
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'authorization, content-type, x-namespace',
      'Access-Control-Max-Age': '600',
    });
  }
  response.status(204).end();
};

type JsonPayload = z.output<typeof codecPayloadSchema>;

function fromJson({ metadata, data }: JsonPayload): Payload {
  const fields = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]);
  return {
    metadata: Object.fromEntries(fields) as Payload['metadata'] & object,
    data: Buffer.from(data, 'base64'),
  };
}

function toJson({ metadata, data }: Payload): JsonPayload {
  const fields = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  return {
    metadata: Object.fromEntries(fields) as JsonPayload['metadata'],
    data: base64(data ?? new Uint8Array()),
  };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
