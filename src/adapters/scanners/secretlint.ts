import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Attention, Finding, Scanner } from '../../ports';
import { run } from '../../process';

const report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({ ruleId: z.string(), loc: z.object({ start: z.object({ line: z.int() }) }) }),
    ),
  }),
);

/** Secret scan by the secretlint command with its recommended rules; it needs nothing but this package. */
export class SecretlintScanner implements Scanner {
  readonly name = 'secretlint';
  private readonly bin = join(dirname(require.resolve('secretlint/package.json')), 'bin', 'secretlint.js');
  private readonly preset = '@secretlint/secretlint-rule-preset-recommend';

  constructor(private readonly path: string) {}

  async scan(directory: string, attention: Attention): Promise<Finding[]> {
    const folder = await mkdtemp(`${directory}-scan-`);
    try {
      const rules = join(folder, 'rules.json');
      // The rules come from here and never from the scanned commit, which could switch them off.
      await writeFile(rules, JSON.stringify({ rules: [{ id: require.resolve(this.preset) }] }));
      const result = await run(
        [
          process.execPath,
          this.bin,
          '--format',
          'json',
          '--secretlintrc',
          rules,
          '--secretlintignore',
          '/dev/null',
          '**/*',
        ],
        {
          cwd: directory,
          env: { PATH: this.path },
          signal: attention.signal,
          maxOutputBytes: 64 * 1024 * 1024,
        },
      );
      if (result.stderr.includes('Not found target files')) return [];
      if (result.exitCode !== 0 && result.exitCode !== 1)
        throw new Error(`secretlint: ${result.stderr.slice(0, 500)}`);
      return findings(result.stdout, directory);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function findings(json: string, directory: string): Finding[] {
  if (json.trim() === '') return [];
  return report.parse(JSON.parse(json)).flatMap(({ filePath, messages }) =>
    messages.map((message) => ({
      file: filePath.replace(`${directory}/`, ''),
      line: message.loc.start.line,
      rule: message.ruleId,
    })),
  );
}
