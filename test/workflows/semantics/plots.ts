import { ApplicationFailure } from '@temporalio/common';
import type { ShellInput } from '../../../activities/shell';
import { deliver } from '../world';

/** A shell step; `fields` are others of its own. */
export const shell = (id: string, needs: string[] = [], fields: object = {}) => ({
  ...{ id, needs, uses: 'shell', with: { run: 'true' } },
  ...fields,
});

/** A shell step with an undo: it changes an environment. */
export const migrate = (needs: string[] = [], id = 'migrate') =>
  shell(id, needs, { compensate: { uses: 'shell', with: { run: 'undo' } } });

export const approval = (fields: object = {}, timeout = '1h', needs: string[] = []) => ({
  ...{ id: 'ask', needs, uses: 'approval', timeout },
  with: { teams: ['team-a'], ...fields },
});

/** The release of `deliver`: its canary stays at 10 % until somebody decides. */
export const release = (needs: string[] = ['migrate'], canary: object = {}) => {
  const { with: settings, ...step } = deliver({ interval: '1h', ...canary }).steps.at(-1) as { with: object };
  return { ...step, with: settings, needs };
};

/** Build, migrate and release. */
export const delivery = (canary: object = {}) => [
  shell('build', [], { artifacts: ['dist/**'] }),
  migrate(['build']),
  release(['migrate'], canary),
];

/** Shell activities that fail in these places, such as `step build` or `compensate migrate`. */
export const failing =
  (...places: string[]) =>
  ({ phase, step }: ShellInput): string => {
    if (places.includes(`${phase} ${step}`))
      throw ApplicationFailure.nonRetryable('exit code 1', 'StepFailed');
    return '';
  };
