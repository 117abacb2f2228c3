import { appendFile } from 'node:fs/promises';
import type { PlayedRow } from '../../../scripts/write-reliability-doc';
import type { Played } from './cell';

/** Adds a line to the file that SAGALINE_FAULT_RECORD names; docs/reliability.md is made of these lines. */
export async function record(played: Played, violations: string[], ms: number): Promise<void> {
  const file = process.env['SAGALINE_FAULT_RECORD'];
  if (file === undefined || file === '') return;
  const { cell, run, stage } = played;
  const { phase, step } = cell.moment;
  const line: PlayedRow = {
    ...{ fault: cell.fault.name, phase, step, backend: stage.backend, seed: cell.seed },
    ...{ ended: run.status, seconds: Math.round(ms / 1000), violations },
  };
  // One write of less than a page: lines of two test processes never mix.
  await appendFile(file, `${JSON.stringify(line)}\n`);
}
