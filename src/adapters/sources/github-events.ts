import { z } from 'zod';
import { maxMessage, maxName, optional, type Read, shown } from './fields';
import { readCodeScanning, readDependabot, readSecretScanning } from './github-alerts';
import { changeReaders, person, type Reader, repository } from './github-changes';
import { readCheckRun, readDeployment, readWorkflowRun } from './github-ci';
import { readPackage } from './github-packages';
import { validated } from './reading';

const other = z.object({
  action: shown(maxName),
  ref: shown(maxMessage),
  ref_type: shown(maxName),
  repository: optional(repository),
  sender: person,
});

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...changeReaders,
  ['check_run', readCheckRun],
  ['workflow_run', readWorkflowRun],
  ['deployment_status', readDeployment],
  ['package', readPackage],
  ['registry_package', readPackage],
  ['dependabot_alert', readDependabot],
  ['code_scanning_alert', readCodeScanning],
  ['secret_scanning_alert', readSecretScanning],
]);

/** Reads the payload of a named event. Throws NotUnderstood naming the field that is missing or of a wrong type. */
export const githubEvent = (name: string, payload: unknown): Read =>
  readers.get(name)?.(payload) ?? readOther(name, payload);

/** What is recorded of an event of no other kind, by GitHub or a forge that writes as GitHub does. */
export function readOther(name: string, payload: unknown): Read {
  const { action, repository, sender, ref, ref_type } = validated(other, payload);
  const data = {
    event: name,
    action: action ?? null,
    repository: repository?.full_name,
    // Not `ref`: a branch's creation also comes as a push, and one change must not start two runs.
    ...(ref_type && { refType: ref_type, refName: ref ?? null }),
    sender: sender?.login ?? null,
  };
  return { kind: 'custom', data };
}
