import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSettings } from '../scripts/write-settings-doc';

const document = readFileSync(join(__dirname, '../docs/operating.md'), 'utf8');

it('the table of settings in docs/operating.md is what its generator makes of src/config.ts', () => {
  expect(document).toBe(withSettings(document));
  expect(document).toContain('| `SAGALINE_POOLS` |');
});

it('a document without the marks is refused', () => {
  expect(() => withSettings('# nothing')).toThrow('settings');
});
