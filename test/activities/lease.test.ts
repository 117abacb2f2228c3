import { PassThrough } from 'node:stream';
import { withLease } from '../../activities/lease';
import { runScript } from '../../activities/script';
import type { Contact } from '../../src/contact';
import { inContact } from '../support/contact';

const script = (text: string) => ({
  argv: ['sh', '-c', text],
  cwd: '/',
  env: { PATH: process.env['PATH'] ?? '' },
  secrets: [],
  timeoutMs: 60_000,
  finalExitCodes: [],
});
const attention = { signal: new AbortController().signal, heartbeat: () => undefined };
const execute = (contact: Contact, text: string) =>
  withLease(contact, (lease) => runScript(script(text), new PassThrough().resume(), { attention, lease }));

/** Contact that is lost at once, or was `ageMs` ago. */
function lostContact(ageMs = 0): Contact {
  const since = performance.now() - ageMs;
  return { watch: () => ({ ageMs: () => performance.now() - since, end: () => undefined }) };
}

it('lets a script go on for longer than a lease while there is contact', async () => {
  expect(await execute(inContact, 'sleep 9; echo done')).toMatchObject({ output: 'done' });
}, 30_000);

it('ends a script whose worker has lost contact, and says why', async () => {
  await expect(execute(lostContact(), 'sleep 60')).rejects.toMatchObject({
    code: 'StepFailed',
    message: expect.stringMatching(/no contact with Temporal for [4-8] s/) as string,
  });
}, 30_000);

it('begins no script when contact was lost before', async () => {
  await expect(execute(lostContact(4000), 'echo begun >&2')).rejects.toThrow(
    /no contact with Temporal for 4 s/,
  );
});

it('does not take an end by a signal of its own for a lost lease', async () => {
  await expect(execute(inContact, 'kill -KILL $$')).rejects.toThrow('was killed by SIGKILL');
});
