import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePipeline } from '../../src/domain/pipeline-file';
import { refusal } from './fixtures';

interface Row {
  title: string;
  text: string;
  wanted: string[];
}

const folder = join(__dirname, 'pipelines/messages');
const head = 'apiVersion: sagaline/v1\nname: deliver\non: [{ event: push }]\nsteps:\n';

/** Rows of a file: `## title`, the lines of a pipeline file, and `=> line:column: message` for each message. */
function rowsOf(name: string): Row[] {
  const sections = readFileSync(join(folder, name), 'utf8').split(/^## /m).slice(1);
  return sections.map((section) => {
    const [title = '', ...lines] = section.trimEnd().split('\n');
    const body = lines.filter((line) => !line.startsWith('=> '));
    // In all files but one, the lines are steps of a pipeline: their first line is the fifth.
    const text = name === 'files.txt' ? body.join('\n') : head + body.map((line) => `  ${line}`).join('\n');
    return {
      title,
      text,
      wanted: lines.filter((line) => line.startsWith('=> ')).map((line) => line.slice(3)),
    };
  });
}

const files = readdirSync(folder);

describe.each(files)('the messages of %s', (file) => {
  it.each(rowsOf(file))('$title', ({ text, wanted }) => {
    const told = refusal(() => parsePipeline('p.yaml', text)).split('\n');
    expect(told).toEqual(wanted.map((line) => `p.yaml:${line}`));
  });
});

it('has a row for each title', () => {
  const titles = files.flatMap((file) => rowsOf(file).map(({ title }) => `${file}: ${title}`));
  expect(new Set(titles).size).toBe(titles.length);
  expect(titles.length).toBeGreaterThan(120);
});
