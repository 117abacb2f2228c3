import { MockActivityEnvironment } from '@temporalio/testing';
import { createRoute, type RouteInput, type Routed } from '../../activities/route';
import { whileWanted } from '../../activities/while-wanted';
import { parseConfiguration } from '../../src/domain/configuration-file';
import type { RunInput } from '../../src/domain/run';
import type { Repositories } from '../../src/ports';
import { order, push, registered } from './routing';

const never = () => Promise.reject(new Error('nobody asks for that'));

test('an attempt that is no longer wanted does nothing to workflows', async () => {
  const done: string[] = [];
  const note = (what: string) => () => {
    done.push(what);
    return Promise.resolve({ changed: false, refused: [] } as never);
  };
  const replaced = new AbortController();
  const effects = whileWanted(
    { startRun: note('start'), offerEvent: note('offer'), syncSchedules: note('sync') },
    replaced.signal,
  );
  await effects.startRun({} as RunInput);
  replaced.abort(new Error('replaced'));
  await expect(effects.startRun({} as RunInput)).rejects.toThrow('replaced');
  await expect(effects.offerEvent('default', push(null))).rejects.toThrow('replaced');
  await expect(effects.syncSchedules('default', 'acme/shop', [])).rejects.toThrow('replaced');
  expect(done).toEqual(['start']);
});

test('an attempt ends when it is replaced, also while a repository does not answer', async () => {
  const environment = new MockActivityEnvironment();
  let asked: () => void;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const files = () => {
    asked();
    return new Promise<never>(() => undefined);
  };
  const repositories = { files } as Partial<Repositories> as Repositories;
  const activity = createRoute({
    configuration: { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', registered)) },
    repositories,
    customSteps: { load: () => Promise.resolve(new Map()) },
    ledger: { recordEvent: () => undefined, recordStatus: () => undefined },
    goldenPaths: { files: () => Promise.resolve([]) },
    workflows: { startRun: never, offerEvent: never, syncSchedules: never },
  });
  const input: RouteInput = {
    project: 'default',
    items: [{ event: push('c'.repeat(40)), order, askHead: false }],
  };
  const routing = environment.run<[RouteInput], Routed[], typeof activity>(activity, input);
  await isAsked;
  environment.cancel('TIMED_OUT');
  await expect(routing).rejects.toThrow('TIMED_OUT');
});
