import { z } from 'zod';
import { SagalineError } from '../../domain/errors';
import { ownSource } from '../../domain/cdevents';
import { cdeventContent, cdeventRepository } from './cdevents';
import { maxMessage, maxName, optional, type Read, shown } from './fields';
import { harborContent, harborEvent } from './harbor-events';
import { validated } from './reading';
import { pushedImage } from './registry';

/** A CloudEvent of a type that is not the platform's own. */
export interface ForeignEvent {
  source: string;
  type: string;
  subject?: string | undefined;
  data: unknown;
}

/**
 * The kind and the data of a foreign event: of a vocabulary that is known, what it says; of any other type, and where it
 * says too little, its type and data as they are. Throws NotUnderstood for what the platform says itself.
 */
export function foreignContent({ source, type, subject, data }: ForeignEvent): Read {
  if (source === ownSource) {
    const detail = `source: ${source} is the platform's own: taken back, what it says could start what makes it say so again`;
    throw new SagalineError('NotUnderstood', detail);
  }
  const known = cdeventContent(type, data) ?? knownContent(type, data);
  if (known) return known;
  const repository = cdeventRepository(data);
  return {
    kind: 'custom',
    data: { event: type, subject: subject ?? null, ...(repository && { repository }), data: data ?? null },
  };
}

function knownContent(type: string, data: unknown): Read | undefined {
  try {
    if (type === 'Microsoft.ContainerRegistry.ImagePushed') return pushedImage(data);
    if (type === 'falco.rule.output.v1') return falcoFinding(data);
    if (type.startsWith('harbor.')) return harborOf(type, data);
  } catch (error) {
    if (!(error instanceof SagalineError) || error.code !== 'NotUnderstood') throw error;
  }
  return undefined;
}

/** Several artifacts would be several events, and one CloudEvent is answered as one. */
function harborOf(type: string, data: unknown): Read | undefined {
  const [happening, ...more] = harborEvent(type, null, data);
  const content = happening && more.length === 0 ? harborContent(happening) : undefined;
  return content?.kind === 'custom' ? undefined : content;
}

const falco = z.object({
  rule: z.string().min(1).max(1024),
  priority: z.string().min(1).max(maxName),
  output: shown(maxMessage),
  output_fields: optional(
    z.object({ 'container.image.repository': shown(maxName), 'container.image.tag': shown(maxName) }),
  ),
});

/** What a rule of Falco saw: https://falco.org */
function falcoFinding(payload: unknown): Read {
  const { rule, priority, output, output_fields: fields } = validated(falco, payload);
  const name = fields?.['container.image.repository'];
  const tag = fields?.['container.image.tag'];
  const artifact = name && tag ? `${name}:${tag}` : (name ?? null);
  return {
    kind: 'finding',
    data: { tool: 'falco', severity: priority.toLowerCase(), artifact, rule, description: output },
  };
}
