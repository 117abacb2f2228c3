import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createRunCustom, type CustomInput } from '../../activities/custom';
import type { CustomResult } from '../../activities/custom-result';
import { FileBlobStore } from '../../src/adapters/blobs/files';
import { FileStepLogs } from '../../src/adapters/logs/files';
import { EnvironmentSecrets } from '../../src/adapters/secrets/environment';
import { parseConfiguration } from '../../src/domain/configuration-file';
import type { CustomSteps } from '../../src/ports';
import { createGitFixture } from '../adapters/repositories/fixture';

const yaml = `
apiVersion: sagaline/v1
repositories: [{ name: acme/shop, url: /unused }]
steps: [{ name: checksum, package: ./custom-step }]
environments:
  - name: production
    target: { kind: embedded }
    metrics: { kind: router }
    allow: { repositories: [acme/shop], refs: [refs/heads/main], pipelines: [deliver] }
    secrets: [API_KEY]
`;

/** Value of the secret API_KEY of the environment `production`. */
export const apiKey = 'k3y-of-the-api';

export const quiet = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

/** A repository whose commit holds `greeting.txt`, and what a user-written step is executed with. */
export async function startCustomWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'sagaline-custom-'));
  const fixture = await createGitFixture();
  const commit = await fixture.commit({ 'greeting.txt': 'hello' });
  const logs = new FileStepLogs(join(folder, 'logs'));
  const ports = {
    configuration: { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)) },
    repositories: fixture.repositories,
    blobs: new FileBlobStore(join(folder, 'blobs')),
    secrets: new EnvironmentSecrets({ API_KEY: apiKey }),
    logs,
    workFolder: join(folder, 'work'),
  };
  let runs = 0;
  return {
    folder,
    commit,
    ports,
    /** Input of a run of its own. */
    input(change: Partial<CustomInput> = {}): CustomInput {
      runs += 1;
      return {
        run: `run:${String(runs)}`,
        step: 'own',
        phase: 'step',
        action: 'own',
        with: {},
        repository: 'acme/shop',
        commit,
        ref: 'refs/heads/main',
        change: { repository: 'acme/shop', ref: 'refs/heads/main', pipeline: 'deliver', kind: 'push' },
        environment: null,
        secrets: [],
        artifacts: [],
        result: null,
        timeoutMs: 20_000,
        ...change,
      };
    },
    execute: (customSteps: CustomSteps, given: CustomInput, environment = quiet(), graceMs = 5000) =>
      environment.run<[CustomInput], CustomResult, (input: CustomInput) => Promise<CustomResult>>(
        createRunCustom({ ...ports, customSteps }, graceMs),
        given,
      ),
    async logOf(run: string): Promise<string> {
      const size = (await logs.size(run, 'own')) ?? 0;
      let text = '';
      for await (const chunk of logs.read(run, 'own', 0, size - 1)) text += String(chunk);
      return text;
    },
    /** Workspaces that are left. */
    workspaces: () => readdir(join(folder, 'work')),
    async remove(): Promise<void> {
      await fixture.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
