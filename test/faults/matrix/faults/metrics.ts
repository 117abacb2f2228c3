import { setTimeout as delay } from 'node:timers/promises';
import { isClosed, type RunSeen } from '../../../support/api';
import type { Fault } from '../cell';
import { type Lie, tapStatistics } from '../statistics-proxy';

const none = { requests: 0, errors: 0, latencyMs: null };
const json =
  (body: string, status = 200): Lie =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    return true;
  };
/** Three times the interval in which the canary asks. */
const lateMs = 3000;
const cutOff: Lie = (response) => {
  response.socket?.resetAndDestroy();
  return true;
};

/** The source of measurements lies until the run is as `isEnough` says; told the truth, the canary goes on. */
const lying = (what: string, lie: Lie, isEnough: (run: RunSeen) => boolean): Fault => ({
  name: `metric source: ${what}`,
  ends: () => ['succeeded'],
  async inject({ stage: { world }, commit }) {
    const tap = await tapStatistics(world.state, lie);
    return async () => {
      await world.untilRun(commit, isEnough);
      await tap.end();
    };
  },
});

/** Until the canary is visibly held. */
const held = (what: string, lie: Lie) => lying(what, lie, ({ status }) => status === 'waiting');

export const metricFaults: Fault[] = [
  held('never answers', () => true),
  held('has no requests', json(JSON.stringify({ seconds: 1, candidate: none, stable: none }))),
  held(
    'answers without bounds',
    json('{"seconds":1,"candidate":{"requests":1e999,"errors":0,"latencyMs":null},"stable":null}'),
  ),
  held('answers NaN', json('{"seconds":NaN,"candidate":NaN,"stable":NaN}')),
  held('answers 500', json('{}', 500)),
  held('link reset', cutOff),
  lying(
    'answers 3 s late',
    async () => {
      await delay(lateMs);
      return false;
    },
    isClosed,
  ),
  lying(
    'every second answer is 500',
    (response, asked) => asked % 2 === 1 && json('{}', 500)(response, asked),
    isClosed,
  ),
];
