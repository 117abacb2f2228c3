import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { plainDisplay, terminalDisplay } from '../../../scripts/demo/display';

function stream() {
  const through = new PassThrough({ encoding: 'utf8' });
  const written = () => (through.read() as string | null) ?? '';
  return { through, written };
}

test('without a terminal each change is one plain line, and what has nothing to say is not said', () => {
  const { through, written } = stream();
  const display = plainDisplay(through);
  display.act('version 1');
  display.line('build', { name: 'build', state: 'waiting', detail: '' });
  display.line('build', { name: 'build', state: 'running', detail: '' });
  display.line('build', { name: 'build', state: 'running', detail: '' });
  display.line('build', { name: 'build', state: 'done', detail: 'took 1 s' });
  display.close();
  expect(written()).toBe('\nversion 1\n  ✔ build        took 1 s\n');
});

test('on a terminal lines are redrawn in place, the cursor comes back, and text from outside moves nothing', () => {
  const { through, written } = stream();
  const terminal = Object.assign(through, { columns: 40 }) as unknown as WriteStream;
  const display = terminalDisplay(terminal, false);
  display.act('version 1');
  display.line('build', { name: 'build', state: 'done', detail: `\u001b[2J${'x'.repeat(100)}` });
  display.text('after');
  display.close();
  const text = written();
  expect(text.startsWith('\u001b[?25l')).toBe(true);
  expect(text.trimEnd().endsWith('\u001b[?25h')).toBe(true);
  expect(text).not.toContain('\u001b[2J');
  const lines = text.split('\n').filter((line) => line.includes('build'));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.replace('\u001b[0J', '').length).toBeLessThanOrEqual(40);
});
