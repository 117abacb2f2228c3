import { existsSync } from 'node:fs';
import { collect } from './child.mjs';
import { say, withProgress } from './progress.mjs';
import { at } from './root.mjs';

const sources = ['src', 'workflows', 'activities', 'workers', 'scripts', 'bench', 'test'];

/** Every static check: the tool's main file below node_modules, and its arguments. */
const checks = [
  { name: 'format', tool: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', tool: 'eslint/bin/eslint.js', args: ['.', '--max-warnings', '0'] },
  { name: 'types', tool: 'typescript/bin/tsc', args: ['--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'imports',
    tool: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      ...sources.filter((path) => existsSync(at(path))),
    ],
  },
  { name: 'unused', tool: 'knip/bin/knip.js', args: [] },
];

/** Runs all checks whatever each says, shows what failed, and returns the exit code. */
export async function check(signal) {
  const failed = [];
  for (const { name, tool, args } of checks) {
    const argv = [process.execPath, at(`node_modules/${tool}`), ...args];
    const { code, output } = await withProgress(`Checking ${name}`, () => collect(argv, { signal }));
    if (code === 0) continue;
    failed.push(name);
    say(output.trim());
  }
  if (failed.length > 0) say(`failed: ${failed.join(', ')}`);
  say(`${checks.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}
