import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runCommand } from '../../../scripts/setup/context';
import { onPath } from '../../../scripts/setup/executable';
import { findNewerNode } from '../../../scripts/setup/newer-node';
import { installWithNpm } from '../../../scripts/setup/npm';
import { type Contender, measureOrder } from '../contender';
import { type PeerContext, source } from '../peer-context';
import { messages, verify, type Work, works } from '../trivial';

const runMs = 60_000;
const undone = messages.slice(0, 3).toReversed();

/** A job for each step: it does no more than to write down its name. */
const job = (stage: string, more: object = {}) => ({ stage, script: [`echo "${stage}" >> "$LOG"`], ...more });

/** The file of a work: jobs in stages of their own, and those that undo in stages that only a failure reaches. */
export function ciFile(work: Work): object {
  if (work === 'steps')
    return { stages: messages, ...Object.fromEntries(messages.map((name) => [`do ${name}`, job(name)])) };
  const names = messages.slice(0, 4);
  const undoing = undone.map((name) => `undo ${name}`);
  return {
    stages: [...names, ...undoing],
    ...Object.fromEntries(names.slice(0, 3).map((name) => [`do ${name}`, job(name)])),
    'do four': { stage: 'four', script: ['false'] },
    ...Object.fromEntries(undoing.map((name) => [name, job(name, { when: 'on_failure' })])),
  };
}

/** gitlab-ci-local with its shell executor, which keeps nothing through a crash: one pipeline at a time. */
export async function startGitlabCiLocal({ folder, setup }: PeerContext): Promise<Contender> {
  const title = 'gitlab-ci-local';
  if ((await onPath(setup, 'rsync')) === undefined) throw new Error('it needs rsync: install that');
  const { path: node } = await findNewerNode(setup);
  const packages = await installWithNpm(setup, { title, name: title, from: source(title) });
  const program = join(packages, 'node_modules/gitlab-ci-local/dist/index.js');
  const home = join(folder, title);
  const git = (cwd: string, ...args: string[]) =>
    runCommand(setup, ['git', ...args], { cwd, timeoutMs: runMs });
  for (const work of works) {
    const cwd = join(home, work);
    await mkdir(cwd, { recursive: true });
    await writeFile(join(cwd, '.gitlab-ci.yml'), stringify(ciFile(work)));
    await git(cwd, 'init', '--quiet');
    await git(cwd, 'remote', 'add', 'origin', 'git@gitlab.example:acme/shop.git');
    await git(cwd, 'add', '.');
    const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example'];
    await git(cwd, ...identity, 'commit', '--quiet', '--message', 'Do nothing, five times');
  }
  const execute = async (work: Work): Promise<void> => {
    const log = join(home, `${work}.log`);
    await writeFile(log, '');
    const { stderr, stdout } = await runCommand(setup, [node, program], {
      cwd: join(home, work),
      timeoutMs: runMs,
      variables: { LOG: log, HOME: home },
    });
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    try {
      verify(work, work === 'steps' ? lines : lines.slice(3));
    } catch (error) {
      throw new Error(`${title}: ${(stderr + stdout).slice(-300)}`, { cause: error });
    }
  };
  return {
    name: `${title}, not durable`,
    works,
    manyAtOnce: false,
    measure: (order) => measureOrder(execute, order),
    stop: () => undefined,
  };
}
