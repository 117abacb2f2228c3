import { isClosed } from '../../../support/api';
import type { Fault } from '../cell';
import { type Lie, tapStatistics } from '../statistics-proxy';

const none = { requests: 0, errors: 0, latencyMs: null };
const json =
  (body: string, status = 200): Lie =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    return true;
  };
const cutOff: Lie = (response) => {
  response.socket?.resetAndDestroy();
  return true;
};

/** The source of measurements lies until the canary is visibly held; told the truth, it goes on. */
const held = (what: string, lie: Lie): Fault => ({
  name: `metric source: ${what}`,
  ends: () => ['succeeded'],
  async inject({ stage: { world }, commit }) {
    const tap = await tapStatistics(world.state, lie);
    return async () => {
      await world.untilRun(commit, ({ status }) => status === 'waiting');
      await tap.end();
    };
  },
});

/** The source lies every now and then. */
const unsteady = (what: string, lie: Lie): Fault => ({
  name: `metric source: ${what}`,
  ends: () => ['succeeded'],
  async inject({ stage: { world }, commit }) {
    const tap = await tapStatistics(world.state, lie);
    return async () => {
      await world.untilRun(commit, isClosed);
      await tap.end();
    };
  },
});

export const metricFaults: Fault[] = [
  held('never answers', () => true),
  held('has no requests', json(JSON.stringify({ seconds: 1, candidate: none, stable: none }))),
  held('answers NaN', json('{"seconds":NaN,"candidate":NaN,"stable":NaN}')),
  held('answers 500', json('{}', 500)),
  held('link reset', cutOff),
  unsteady(
    'every second answer is 500',
    (response, asked) => asked % 2 === 1 && json('{}', 500)(response, asked),
  ),
];
