import { SagalineError } from '../src/domain/errors';
import type { BlobStore, Finding, Repositories, Scanner, StepLogs } from '../src/ports';
import { withAttention } from './attention';
import { openStepLog } from './step-log';
import { withWorkspace, type WorkspaceContent } from './workspace';

export interface ScanInput extends WorkspaceContent {
  run: string;
  step: string;
}

interface ScanPorts {
  repositories: Repositories;
  blobs: BlobStore;
  scanner: Scanner;
  logs: StepLogs;
  workFolder: string;
}

/** Findings named in an error; the log holds all of them. */
const shown = 5;

/** Looks for secrets in the commit and the artifacts built from it; any finding fails the step. */
export function createScan(ports: ScanPorts) {
  return function scan(input: ScanInput): Promise<{ output: string }> {
    return withAttention((attention) =>
      withWorkspace(ports, input, async ({ source }) => {
        const findings = await ports.scanner.scan(source, attention);
        const lines = findings.map(describe);
        const log = await openStepLog(ports.logs, input.run, input.step);
        const told = [`${ports.scanner.name}: ${findings.length} findings`, ...lines, ''].join('\n');
        await new Promise<void>((resolve) => log.end(told, resolve));
        if (findings.length > 0) {
          const more = findings.length > shown ? ` and ${findings.length - shown} more` : '';
          throw new SagalineError('SecretsFound', `${lines.slice(0, shown).join('; ')}${more}`);
        }
        return { output: `${ports.scanner.name} found no secrets` };
      }),
    );
  };
}

const describe = ({ file, line, rule }: Finding) => `${file}:${line} ${rule}`;
