import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DemoOptions, parseDemoArguments, usage } from './arguments';
import { createControl } from './control';
import { type Display, plainDisplay, terminalDisplay } from './display';
import { processesOf } from './leftovers';
import { lastLines } from './logs';
import type { DemoResult } from './result';
import { platformFolder, setStage, type Stage, stageFolder } from './stage';
import { tell } from './story';
import { report } from './table';
import { createTraffic } from './traffic';
import { versionsIn } from './versions';

/** From dist/scripts/demo to the repository's root. */
const examples = join(__dirname, '../../../examples');

/** Time in ms for what was told to stop to disappear from the process table. */
const leaveMs = 5000;

const exitCodes = { fine: 0, differs: 1, usage: 2, interrupted: 130 } as const;

async function main(): Promise<number> {
  const options = readArguments();
  if (options === undefined) return exitCodes.usage;
  if (options.help) {
    console.log(usage);
    return exitCodes.fine;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not once: a second Ctrl-C must not end this process before it has stopped the others.
    process.on(name, () => {
      stop.abort();
    });
  }
  const stream = options.json ? process.stderr : process.stdout;
  const colour = stream.isTTY && stream.hasColors();
  const display = stream.isTTY ? terminalDisplay(stream, colour) : plainDisplay(stream);
  const folder = await stageFolder(options.state);
  const outcome = await play(folder, options, display, stop, colour).finally(() => {
    display.close();
  });
  if (outcome === exitCodes.differs || options.state !== undefined) {
    stream.write(`Everything it wrote, with all logs, is in ${folder}\n`);
  } else await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return outcome;
}

function readArguments(): DemoOptions | undefined {
  try {
    return parseDemoArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return undefined;
  }
}

/** The whole demo on a folder; whatever happens, nothing of it runs afterwards. */
async function play(
  folder: string,
  options: DemoOptions,
  display: Display,
  stop: AbortController,
  colour: boolean,
): Promise<number> {
  let stage: Stage | undefined;
  let endTraffic = (): Promise<void> => Promise.resolve();
  let outcome: number = exitCodes.fine;
  const startedAt = Date.now();
  try {
    display.act('The platform');
    const { signal } = stop;
    stage = await setStage(folder, { examples, environment: process.env, display });
    signal.throwIfAborted();
    const traffic = createTraffic(stage.shopUrl, options.rate, (error) => {
      stop.abort(error);
    });
    endTraffic = () => traffic.stop();
    const control = createControl(stage.platform.gateway, stage.platform.token, signal);
    const story = await tell(versionsIn(examples), { stage, control, traffic, display, signal });
    const result = { ...story, ms: Date.now() - startedAt };
    if (result.problems.length > 0) outcome = exitCodes.differs;
    tellResult(result, options, display, colour);
    if (options.keep) await stayUp(stage, display, signal);
  } catch (error) {
    outcome = await tellFailure(error, folder, display, stop);
  }
  await endTraffic();
  await stage?.platform.stop();
  const left = await remaining(platformFolder(folder));
  for (const { pid, command } of left) display.text(`Still running: ${String(pid)} ${command}`);
  return left.length > 0 ? exitCodes.differs : outcome;
}

function tellResult(result: DemoResult, { json }: DemoOptions, display: Display, colour: boolean): void {
  display.text(`\n${report(result, colour)}`);
  for (const problem of result.problems) display.text(`Not as it must be: ${problem}`);
  if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

async function stayUp(
  { platform, shopUrl, repository }: Stage,
  display: Display,
  signal: AbortSignal,
): Promise<void> {
  display.text(
    [
      '',
      `Web UI      ${platform.webUi ?? 'none'}`,
      `gateway     ${platform.gateway}   (token in ${platform.tokenFile})`,
      `shop        ${shopUrl}`,
      `repository  ${repository.url}   (clone it, commit, push to main)`,
      'Ctrl-C stops everything.',
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** An interrupt is no failure; anything else is told with the ends of the logs. */
async function tellFailure(
  error: unknown,
  folder: string,
  display: Display,
  { signal }: AbortController,
): Promise<number> {
  const reason: unknown = signal.reason;
  const wasInterrupted = signal.aborted && reason instanceof DOMException && reason.name === 'AbortError';
  if (wasInterrupted) {
    display.text('\nInterrupted: stopping everything.');
    return exitCodes.interrupted;
  }
  const cause = signal.aborted ? reason : error;
  display.text(`\nThe demo stopped: ${cause instanceof Error ? cause.message : String(cause)}`);
  display.text(await lastLines(folder));
  return exitCodes.differs;
}

async function remaining(folder: string): ReturnType<typeof processesOf> {
  const deadline = Date.now() + leaveMs;
  for (;;) {
    const left = await processesOf(folder);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(100);
  }
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = exitCodes.differs;
  });
