import { execFileSync } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const sources = (await readdir('src')).filter((name) => name.endsWith('.js'));
for (const name of sources) execFileSync(process.execPath, ['--check', join('src', name)]);

await rm('dist', { recursive: true, force: true });
await cp('src', 'dist', { recursive: true });

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const commit = process.env.SAGALINE_COMMIT ?? 'unknown';
await writeFile(join('dist', 'package.json'), '{ "type": "module" }\n');
await writeFile(join('dist', 'build.json'), `${JSON.stringify({ version, commit })}\n`);
console.log(`built version ${version} from ${sources.length} files`);
