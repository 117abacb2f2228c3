import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Fault } from '../cell';
import { down } from '../pipeline';
import { act, reason } from './operator';

const runsSchema = z.object({ runs: z.array(z.object({ commit: z.string() })) });

/** A version that must be undone: its candidate ends at once. */
const doomed = { start: 'exit 1', canary: { readyTimeout: '2s' } };

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
    inject({ stage: { world, folder }, commit }) {
      return Promise.resolve(async () => {
        await rm(join(folder, 'mended'), { force: true });
        const { id } = await world.untilRun(commit, ({ status }) => status === 'needs-human');
        const listed = runsSchema.parse(await (await world.call('/runs?status=needs-human')).json());
        if (!listed.runs.some((run) => run.commit === commit))
          throw new Error('the run does not wait visibly');
        await writeFile(join(folder, 'mended'), '');
        await act(world, `/runs/${encodeURIComponent(id)}/resolve`, {
          step: 'migrate',
          action: 'retry',
          reason,
        });
      });
    },
  },
];
