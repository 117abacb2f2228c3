import type { SinkSettings } from '../../domain/configuration';
import { SagalineError } from '../../domain/errors';
import type { Configuration, Sink, Sinks } from '../../ports';
import { CloudEventsSink } from './cloudevents';
import { LogSink } from './log';
import type { SinkOptions } from './post';
import { WebhookSink } from './webhook';

interface SinkKind {
  make: (settings: SinkSettings, options: SinkOptions) => Sink;
  /** Whether outgoing events go there: what a person reads gets messages and alerts only. */
  events: boolean;
}

const kinds = new Map<string, SinkKind>([
  ['log', { make: (settings, options) => new LogSink(settings, options), events: true }],
  ['webhook', { make: (settings, options) => new WebhookSink(settings, options), events: false }],
  ['cloudevents', { make: (settings, options) => new CloudEventsSink(settings, options), events: true }],
]);

/** The sinks of sagaline.yaml as it is now. A sink of an unknown kind throws InvalidConfiguration when it is sent something. */
export class ConfiguredSinks implements Sinks {
  constructor(
    private readonly configuration: Configuration,
    private readonly options: SinkOptions,
  ) {}

  async named(name: string): Promise<Sink> {
    const { sinks } = await this.configuration.current();
    const settings = sinks.find((sink) => sink.name === name);
    if (settings) return this.sink(settings);
    const known = sinks.length > 0 ? sinks.map((sink) => sink.name).join(', ') : 'none';
    throw new SagalineError('NotFound', `sagaline.yaml has no sink ${name}; it has: ${known}`);
  }

  async forEvents(): Promise<Sink[]> {
    const { sinks } = await this.configuration.current();
    // An unknown kind is among them, so that sending says what is wrong.
    return sinks.filter(({ kind }) => kinds.get(kind)?.events ?? true).map((settings) => this.sink(settings));
  }

  async forAlerts(): Promise<Sink[]> {
    const { sinks } = await this.configuration.current();
    return sinks.filter(({ alerts }) => alerts).map((settings) => this.sink(settings));
  }

  private sink(settings: SinkSettings): Sink {
    return {
      // Made when it is used, so that one that is set up wrongly does not keep the others from being told.
      send: async (message) => kindOf(settings).make(settings, this.options).send(message),
    };
  }
}

function kindOf({ name, kind }: SinkSettings): SinkKind {
  const found = kinds.get(kind);
  if (found) return found;
  const valid = [...kinds.keys()].join(', ');
  throw new SagalineError('InvalidConfiguration', `sink ${name}: no kind ${kind}; there are: ${valid}`);
}
