import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Attention, Finding, Scanner } from '../../ports';
import { run } from '../../process';

const report = z.array(z.object({ File: z.string(), StartLine: z.int(), RuleID: z.string() }));

/** Exit status asked of gitleaks for "found something", so that it cannot be taken for a crash. */
const foundStatus = 77;

/** Secret scan by the gitleaks command, used where it is installed. */
export class GitleaksScanner implements Scanner {
  readonly name = 'gitleaks';

  constructor(private readonly path: string) {}

  async scan(directory: string, attention: Attention): Promise<Finding[]> {
    const folder = await mkdtemp(`${directory}-scan-`);
    try {
      const file = join(folder, 'report.json');
      const result = await run(
        [
          'gitleaks',
          'dir',
          directory,
          '--redact',
          '--no-banner',
          '--ignore-gitleaks-allow',
          '--gitleaks-ignore-path',
          '/dev/null',
          '--exit-code',
          String(foundStatus),
          '--report-format',
          'json',
          '--report-path',
          file,
        ],
        { cwd: folder, env: { PATH: this.path }, signal: attention.signal },
      );
      if (result.exitCode !== 0 && result.exitCode !== foundStatus) {
        throw new Error(`gitleaks: ${result.stderr.slice(-500)}`);
      }
      return report.parse(JSON.parse(await readFile(file, 'utf8'))).map((row) => ({
        file: row.File.replace(`${directory}/`, ''),
        line: row.StartLine,
        rule: row.RuleID,
      }));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
