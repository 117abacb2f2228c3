import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsDoc } from '../scripts/write-errors-doc';

it('docs/errors.md is what its generator makes of the error table', () => {
  expect(readFileSync(join(__dirname, '../docs/errors.md'), 'utf8')).toBe(errorsDoc());
});
