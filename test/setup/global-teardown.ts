import { removeRunFolder } from './run-folder';

/** Stops the servers and removes the folder of this run. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.sagalineDevServer?.stop();
  await globalThis.sagalineLedger?.stop();
  if (globalThis.sagalineRunFolder !== undefined) await removeRunFolder(globalThis.sagalineRunFolder);
}
