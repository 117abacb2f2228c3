import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createShell, type ShellInput, type ShellResult } from '../../activities/shell';
import { FileBlobStore } from '../../src/adapters/blobs/files';
import { stepIsolation } from '../../src/adapters/isolation';
import { FileStepLogs } from '../../src/adapters/logs/files';
import { EnvironmentSecrets } from '../../src/adapters/secrets/environment';
import { parseConfiguration } from '../../src/domain/configuration-file';
import type { StepIsolation } from '../../src/ports';
import { createGitFixture } from '../adapters/repositories/fixture';
import { inContact } from '../support/contact';
import { shellInput } from './shell-input';

/** A state folder with a token, a workspace of another step and mirrors, and shell steps that run in it. */
export interface IsolationWorld {
  state: string;
  token: string;
  /** A file in the workspace of another step. */
  other: string;
  isolation: StepIsolation;
  quiet: () => MockActivityEnvironment;
  run: (
    script: string,
    change?: Partial<ShellInput>,
    environment?: MockActivityEnvironment,
  ) => Promise<ShellResult>;
  /** Workspaces that are left of this worker. */
  workspaces: () => Promise<string[]>;
  remove: () => Promise<void>;
}

const silent = { info: () => undefined, warn: () => undefined };

/** Throws where this machine cannot isolate. */
export async function createIsolationWorld(mode: 'required' | 'off' = 'required'): Promise<IsolationWorld> {
  const fixture = await createGitFixture();
  const commit = await fixture.commit({ 'greeting.txt': 'hello' });
  const state = fixture.folder;
  const path = process.env['PATH'] ?? '';
  const workFolder = join(state, 'work', 'own');
  const token = join(state, 'token');
  const other = join(state, 'work', 'another', 'step-1', 'source', 'private.txt');
  await mkdir(workFolder, { recursive: true });
  await mkdir(join(other, '..'), { recursive: true });
  await writeFile(token, 'the-token-of-the-platform');
  await writeFile(other, 'the-file-of-another-step');
  const isolation = await stepIsolation(mode, { state, path, workFolder }, silent);
  const yaml = 'apiVersion: sagaline/v1\nrepositories: [{ name: acme/shop, url: /unused }]\n';
  const shell = createShell({
    configuration: { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)) },
    repositories: fixture.repositories,
    blobs: new FileBlobStore(join(state, 'blobs')),
    secrets: new EnvironmentSecrets({}),
    logs: new FileStepLogs(join(state, 'logs')),
    isolation,
    workFolder,
    path,
    contact: inContact,
  });
  const quiet = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  return {
    state,
    token,
    other,
    isolation,
    quiet,
    run: (script, change = {}, environment = quiet()) =>
      environment.run<[ShellInput], ShellResult, (input: ShellInput) => Promise<ShellResult>>(
        shell,
        shellInput(commit, script, change),
      ),
    workspaces: () => readdir(workFolder),
    remove: fixture.remove,
  };
}
