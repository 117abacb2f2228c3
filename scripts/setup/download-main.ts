import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Lets the SDK download a server into a folder and start it once. */
async function main(): Promise<void> {
  const [name, downloadDir] = process.argv.slice(2);
  if (downloadDir === undefined) throw new Error('usage: download-main temporal|test-server FOLDER');
  const server = { executable: { type: 'cached-download', downloadDir } } as const;
  const environment =
    name === 'temporal'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
}

main().catch((error: unknown) => {
  // One line: the caller shows the last one.
  console.error(error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error));
  process.exit(1);
});
