import { appendFile } from 'node:fs/promises';
import type { PlayedRow } from '../../../scripts/write-reliability-doc';
import { checkedOut } from '../../../bench/machine';
import type { Cell, Outcome } from './cell';

interface Result extends Cell, Outcome {
  backend: string;
}

/** Adds a line to the file that SAGALINE_FAULT_RECORD names; docs/reliability.md is made of these lines. */
export async function record({
  fault,
  moment,
  seed,
  backend,
  at,
  ended,
  violations,
  ms,
}: Result): Promise<void> {
  const file = process.env['SAGALINE_FAULT_RECORD'];
  if (file === undefined || file === '') return;
  const { phase, step } = moment;
  const row: PlayedRow = {
    ...{ fault: fault.name, phase, step, backend, seed, at: at.toISOString(), commit: checkedOut() },
    ...{ ended, seconds: Math.round(ms / 1000), violations: violations.map((one) => one.slice(0, 300)) },
  };
  // One short write: lines of two test processes never mix.
  await appendFile(file, `${JSON.stringify(row)}\n`);
}
