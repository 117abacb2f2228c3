import { sha256Hex } from '../src/domain/identity';
import type { Sinks } from '../src/ports';

export interface NotifyInput {
  run: string;
  step: string;
  /** Name of a sink of sagaline.yaml. */
  to: string;
  message: string;
}

/** Sends a message to one sink and returns its id, which is the same for every attempt. */
export function createNotify({ sinks }: { sinks: Sinks }) {
  return async function notify({ run, step, to, message }: NotifyInput): Promise<{ output: string }> {
    const id = sha256Hex(`${run}/${step}`);
    const sink = await sinks.named(to);
    await sink.send({ id, kind: 'message', text: message });
    return { output: id };
  };
}
