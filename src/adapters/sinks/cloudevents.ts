import { ownSource } from '../../domain/cdevents';
import type { SinkSettings } from '../../domain/configuration';
import { depthAttribute } from '../../domain/own-sources';
import type { Outgoing, Sink } from '../../ports';
import { post, type SinkOptions } from './post';

/** Posts CloudEvents 1.0 in structured mode; a plain message becomes one of type `dev.sagaline.message`. */
export class CloudEventsSink implements Sink {
  constructor(
    private readonly settings: SinkSettings,
    private readonly options: SinkOptions,
  ) {}

  send(message: Outgoing): Promise<void> {
    const { id, kind, text, event } = message;
    const body = {
      specversion: '1.0',
      id,
      source: ownSource,
      type: event?.type ?? `dev.sagaline.${kind}`,
      ...(event && { subject: event.subject, time: event.time, [depthAttribute]: event.depth }),
      datacontenttype: 'application/json',
      data: event?.data ?? { text },
    };
    const type = 'application/cloudevents+json; charset=utf-8';
    return post(this.options, this.settings, message, { type, body });
  }
}
