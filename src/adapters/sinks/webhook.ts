import type { SinkSettings } from '../../domain/configuration';
import type { Outgoing, Sink } from '../../ports';
import { post, type SinkOptions } from './post';

/** Posts `{"text","id","kind","event"}`: Slack, Mattermost and their like show `text` and ignore the rest. */
export class WebhookSink implements Sink {
  constructor(
    private readonly settings: SinkSettings,
    private readonly options: SinkOptions,
  ) {}

  send(message: Outgoing): Promise<void> {
    const { text, id, kind, event } = message;
    const body = { text, id, kind, event };
    return post(this.options, this.settings, message, { type: 'application/json', body });
  }
}
