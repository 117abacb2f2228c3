import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApi } from './events/asyncapi';
import { eventsDoc } from './events/document';

/** What is made of the schemas of events, by its path below the repository's root. */
export const eventFiles = (): [string, string][] => [
  ['docs/events.md', eventsDoc()],
  ['docs/asyncapi.json', `${JSON.stringify(asyncApi(), null, 2)}\n`],
];

if (require.main === module)
  for (const [path, text] of eventFiles()) writeFileSync(join(process.cwd(), path), text);
