import { dataSchemas, eventKinds } from '../../src/domain/event';
import { evaluateCondition } from '../../src/domain/expression';
import { eventType } from '../../src/domain/expression-event';
import type { Type } from '../../src/domain/expression-types';
import { sampleOf, samples } from './event-samples';

const words: Partial<Record<Type['kind'], string>> = {
  string: 'string',
  double: 'double',
  bool: 'bool',
  list: 'list',
  map: 'map',
  object: 'map',
};

describe('the types of events', () => {
  it.each(eventKinds)('%s has the values that its schema promises', (kind) => {
    const event = sampleOf(kind);
    expect(dataSchemas[kind].parse(event.data)).toEqual(event.data);
    const root = eventType([kind]);
    const data = root.kind === 'object' ? root.fields.get('data') : undefined;
    if (root.kind !== 'object' || data?.kind !== 'object') throw new Error('an event has fields');
    expect([...data.fields.keys()].sort()).toEqual(Object.keys(samples[kind]).sort());
    for (const [object, path] of [
      [root, 'event'],
      [data, 'event.data'],
    ] as const) {
      for (const [field, type] of object.fields) {
        const text = `type(${path}.${field}) == ${words[type.kind] ?? 'unknown'}`;
        expect(evaluateCondition(text, { event })).toEqual({ matched: true, reason: `\`${text}\` is true` });
      }
    }
  });
});
