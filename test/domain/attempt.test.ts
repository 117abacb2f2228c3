import fc from 'fast-check';
import { attemptId, attemptOf } from '../../src/domain/attempt';
import { eventKey, runWorkflowId } from '../../src/domain/identity';

const text = fc.string({ unit: 'grapheme', maxLength: 120 });
const firstId = fc
  .tuple(text, text, text, text)
  .map(([project, repository, pipeline, id]) =>
    runWorkflowId(project, repository, pipeline, eventKey('s', id)),
  );

it('takes no first run for a retry, whatever its parts hold', () => {
  fc.assert(
    fc.property(firstId, (id) => {
      expect(attemptOf(id)).toEqual({ first: id, number: 1 });
    }),
  );
});

it('reads the ids of retries that it makes', () => {
  fc.assert(
    fc.property(firstId, fc.integer({ min: 2, max: 999_999 }), (first, number) => {
      expect(attemptOf(attemptId(first, number))).toEqual({ first, number });
    }),
  );
});

it.each(['run:a:1', 'run:a:0', 'run:a:02', 'run:a:2x', 'run:a:1234567', ':2', 'run:a:-2'])(
  'takes %s for a first run',
  (id) => {
    expect(attemptOf(id)).toEqual({ first: id, number: 1 });
  },
);
