import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from '../src/gateway/openapi';

/** docs/openapi.json: what the gateway serves at /openapi.json. */
export const openApiText = (): string => `${JSON.stringify(openApi(), null, 2)}\n`;

if (require.main === module) writeFileSync(join(process.cwd(), 'docs', 'openapi.json'), openApiText());
