import { execFileSync } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const shared = ['serve.js', 'database.js'];
const [service] = process.argv.slice(2);
const [source, target] = [join('services', service ?? ''), join('dist', service ?? '')];
if (!service) throw new Error('usage: node build.js <service>');

await rm(target, { recursive: true, force: true });
await cp(source, target, { recursive: true });
for (const file of shared) await cp(file, join(target, file));
const main =
  "import { answer } from './answer.js';\nimport { serve } from './serve.js';\n\nawait serve(answer);\n";
await writeFile(join(target, 'server.js'), main);
for (const file of [...shared, 'answer.js', 'server.js']) {
  execFileSync(process.execPath, ['--check', join(target, file)]);
}
console.log(`built ${service}`);
