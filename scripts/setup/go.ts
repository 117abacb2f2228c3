import { fillFolder } from './cached';
import { type Context, runCommand } from './context';
import { onPath } from './executable';
import { withProgress } from './progress';

/** Commands that are built from Go modules. */
export interface GoCommands {
  /** What a person reads of them. */
  title: string;
  /** Module paths with their version, such as `example.org/tool/cmd/server@v1.0.0`. */
  modules: readonly string[];
  buildMs: number;
  /** How long it takes as a person is told beforehand; nothing is told where it is short. */
  takes?: string;
}

/** Builds the commands with Go into the folder, as a whole or not at all; false where there is no Go. Throws where the build fails. */
export async function goInstall(
  context: Context,
  folder: string,
  { title, modules, buildMs, takes }: GoCommands,
): Promise<boolean> {
  const go = await onPath(context, 'go');
  if (go === undefined) return false;
  if (takes !== undefined) context.tell(`building ${title} with Go, once; this takes ${takes}`);
  await fillFolder(folder, async (temporary) => {
    const building = runCommand(context, [go, 'install', ...modules], {
      timeoutMs: buildMs,
      variables: { GOBIN: temporary },
    });
    const result = await withProgress(context, `building ${title}`, building);
    if (result.timedOut) throw new Error(`not finished within ${buildMs / 60_000} minutes`);
    if (result.exitCode !== 0) throw new Error(result.stderr.trim().slice(-500));
  });
  return true;
}
