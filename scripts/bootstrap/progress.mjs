const plainEveryMs = 15_000;

/** Writes a line to stderr: stdout belongs to the command that runs afterwards. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Shows how long `work` has been going on: one line that changes on a terminal, a line every 15 s elsewhere. */
export async function withProgress(title, work) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const { isTTY } = process.stderr;
  const show = () =>
    process.stderr.write(isTTY ? `\r${title} ... ${seconds()}` : `${title} ... ${seconds()}\n`);
  show();
  const timer = setInterval(show, isTTY ? 1000 : plainEveryMs);
  let ending = 'failed';
  try {
    const result = await work();
    ending = 'done';
    return result;
  } finally {
    clearInterval(timer);
    say(`${isTTY ? '\r' : ''}${title}: ${ending} in ${seconds()}`);
  }
}
