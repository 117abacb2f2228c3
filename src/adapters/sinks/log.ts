import type { SinkSettings } from '../../domain/configuration';
import type { Outgoing, Sink } from '../../ports';
import type { SinkOptions } from './post';

/** Writes to the platform's own log: an alert as a warning, everything else as information. */
export class LogSink implements Sink {
  constructor(
    private readonly settings: SinkSettings,
    private readonly options: SinkOptions,
  ) {}

  send({ id, kind, text, event }: Outgoing): Promise<void> {
    const level = kind === 'alert' ? 'warn' : 'info';
    this.options.log[level]({ sink: this.settings.name, id, kind, event }, text);
    return Promise.resolve();
  }
}
