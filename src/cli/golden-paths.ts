import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder';

/** What a new pipeline may begin as, by the name that `sagaline init` takes. */
export const goldenPaths = {
  service: { name: 'deliver', about: 'build, test and scan a service, then release it as a canary' },
  library: { name: 'publish', about: 'test a library on several versions of Node.js, publish it on a tag' },
  infrastructure: { name: 'infrastructure', about: 'plan infrastructure, apply it once it is approved' },
  'security-scan': { name: 'security-scan', about: 'scan a repository every night and tell what is found' },
} as const;
export type GoldenPath = keyof typeof goldenPaths;

/** First line of a template, which tells editors where the schema is. */
const schemaLine = /^# yaml-language-server: \$schema=.*$/m;

/** Text of a new pipeline file; `schema` is where an editor finds its schema, seen from the file. */
export function goldenPathText(kind: GoldenPath, name: string, service: string, schema: string): string {
  const template = readFileSync(join(packageFolder(), 'templates', `${kind}.yaml`), 'utf8');
  return template
    .replace(schemaLine, () => `# yaml-language-server: $schema=${schema}`)
    .replace(/^name: .*$/m, () => `name: ${name}`)
    .replace(/^( +service:) my-service$/m, (_line, field: string) => `${field} ${service}`);
}
