import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '../src/domain/errors';

/** docs/errors.md, made from the error table. */
export function errorsDoc(): string {
  const sections = Object.entries(errorTable).map(
    ([code, { status, retryable, title, whatToDo }]) =>
      `## ${code}\n\n${title}.\n\n- HTTP status: ${String(status)}\n- Trying again can help: ${retryable ? 'yes' : 'no'}\n- What to do: ${whatToDo}\n`,
  );
  return [
    '# Errors\n',
    'Made from `src/domain/errors.ts` by `scripts/write-errors-doc.ts`; do not edit.\n',
    'Every error of the HTTP API is a problem document of RFC 9457 with `code` set to one of these names; workflows and',
    'activities fail with the same name as their failure type.\n',
    ...sections,
  ].join('\n');
}

if (require.main === module) writeFileSync(join(process.cwd(), 'docs', 'errors.md'), errorsDoc());
