import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Disturbed, Fault } from '../cell';
import { down } from '../pipeline';
import { act, reason } from './operator';

const runsSchema = z.object({ runs: z.array(z.object({ commit: z.string() })) });

/** A version that must be undone: its candidate ends at once. */
const doomed = { start: 'exit 1', canary: { readyTimeout: '2s' } };

/** A person's decision about the undo of a run that waits for one, which must be visible to all who look. */
async function resolve(
  { stage: { world }, commit }: Disturbed,
  action: 'retry' | 'done',
  help: () => Promise<void>,
) {
  const { id } = await world.untilRun(commit, ({ status }) => status === 'needs-human');
  const listed = runsSchema.parse(await (await world.call('/runs?status=needs-human')).json());
  if (!listed.runs.some((run) => run.commit === commit)) throw new Error('the run does not wait visibly');
  await help();
  await act(world, `/runs/${encodeURIComponent(id)}/resolve`, { step: 'migrate', action, reason });
}

/** Undoes that do not work at first, or not at all until a person has looked. */
export const compensations: Fault[] = [
  {
    name: 'an undo that fails three times',
    version: { ...doomed, undo: `[ "$SAGALINE_ATTEMPT" -gt 3 ] || exit 1\n${down}` },
    ends: () => ['rolled-back'],
  },
  {
    name: 'an undo that always fails, until a person has it tried again',
    version: { ...doomed, undo: `[ -e "$STAGE/mended" ] || exit 1\n${down}` },
    ends: () => ['rolled-back'],
    inject(run) {
      const mended = join(run.stage.folder, 'mended');
      return Promise.resolve(async () => {
        await rm(mended, { force: true });
        await resolve(run, 'retry', () => writeFile(mended, ''));
      });
    },
  },
  {
    name: 'an undo that always fails, until a person has done it by hand',
    version: { ...doomed, undo: 'exit 1' },
    ends: () => ['rolled-back'],
    inject(run) {
      const byHand = () => appendFile(join(run.stage.folder, 'migrations'), `down ${run.commit}\n`);
      return Promise.resolve(() => resolve(run, 'done', byHand));
    },
  },
];
