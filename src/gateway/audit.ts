import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Configuration } from '../ports';
import type { Ledger } from '../ledger/ledger';
import type { Actor } from './authentication';

/** Where a handler leaves the reason that an operator gave, for the audit. */
const reasons = new WeakMap<Response, string>();

/** Notes the `reason` of a request's body. */
export function noteReason(response: Response, body: unknown): void {
  if (typeof body !== 'object' || body === null || !('reason' in body)) return;
  if (typeof body.reason === 'string') reasons.set(response, body.reason);
}

/** Writes down every action of the control API: before it begins, and how it was answered. */
export class Audit {
  constructor(
    private readonly writer: Pick<Ledger, 'recordAction'> | undefined,
    private readonly configuration: Configuration,
  ) {}

  /** Records that the actor begins the request, and its answer when that is sent. */
  async begin(request: Request, response: Response, { name, role }: Actor): Promise<void> {
    if (!this.writer) return;
    const { writer } = this;
    const { project } = await this.configuration.current();
    const target = request.originalUrl.split('?', 1).join('').slice(0, 2000);
    const record = (status: number | null) => {
      writer.recordAction({
        ...{ id: randomUUID(), project, at: new Date().toISOString(), actor: name, role },
        ...{ action: request.method, target, reason: reasons.get(response) ?? null, status },
      });
    };
    record(null);
    response.once('finish', () => {
      record(response.statusCode);
    });
  }
}
