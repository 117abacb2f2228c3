/** Stops the dev server and removes its folder. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.sagalineDevServer?.stop();
}
