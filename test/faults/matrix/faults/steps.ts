import type { Fault } from '../cell';

const succeeds: Fault['ends'] = () => ['succeeded'];

/** In the first attempt only: the second one finds nothing wrong. */
const once = (body: string) => `if [ "$SAGALINE_ATTEMPT" = 1 ]; then\n${body}\nfi`;

/** What the script of a step may do to the worker that executes it. */
export const misbehaving: Fault[] = [
  {
    name: 'a step that hangs once',
    version: { test: once('sleep 1000'), testTimeout: '2s' },
    ends: succeeds,
  },
  {
    name: 'a step that always hangs',
    version: { test: 'sleep 1000', testTimeout: '1s' },
    ends: () => ['failed'],
  },
  {
    name: 'a step that hangs and ignores SIGTERM',
    version: { test: once(`trap '' TERM; while :; do sleep 1; done`), testTimeout: '2s' },
    ends: succeeds,
  },
  {
    name: 'a step that leaves a daemon of its own session',
    version: { test: `(setsid sh -c 'sleep 1000 & sleep 1000' >/dev/null 2>&1 &)` },
    ends: succeeds,
  },
  {
    name: 'a step that prints 64 MiB',
    version: { test: 'yes "$PLANTED" | head -c 67108864' },
    ends: succeeds,
  },
];
