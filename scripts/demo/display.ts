import { styleText } from 'node:util';
import type { WriteStream } from 'node:tty';

export type LineState = 'waiting' | 'running' | 'done' | 'failed' | 'undone';

export interface Line {
  name: string;
  state: LineState;
  /** One line for people. */
  detail: string;
}

/** Shows a story act by act; every line of an act has a key, and showing it again changes it. */
export interface Display {
  act: (title: string) => void;
  line: (key: string, line: Line) => void;
  /** A line under all others of the act, for what changes all the time; shown on terminals only. */
  pulse: (text: string) => void;
  /** Text of its own, after what is on screen. */
  text: (text: string) => void;
  close: () => void;
}

type Style = Parameters<typeof styleText>[0];

const marks: Record<LineState, { mark: string; style: Style }> = {
  waiting: { mark: '·', style: 'dim' },
  running: { mark: '…', style: 'cyan' },
  done: { mark: '✔', style: 'green' },
  failed: { mark: '✖', style: 'red' },
  undone: { mark: '↩', style: 'yellow' },
};
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
const nameWidth = 12;

/** Text without the control characters that would move the cursor, cut to a width in characters. */
function fitted(text: string, width: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return plain.length <= width ? plain : `${plain.slice(0, Math.max(0, width - 1))}…`;
}

/** One line of text for each change, for files and pipes. */
export function plainDisplay(stream: NodeJS.WritableStream): Display {
  const shown = new Map<string, string>();
  const write = (text: string) => stream.write(`${text}\n`);
  return {
    act(title) {
      shown.clear();
      write(`\n${title}`);
    },
    line(key, { name, state, detail }) {
      const text = `  ${marks[state].mark} ${name.padEnd(nameWidth)} ${fitted(detail, 200)}`.trimEnd();
      const saysNothing = state === 'waiting' || (state === 'running' && detail === '');
      if (saysNothing || shown.get(key) === text) return;
      shown.set(key, text);
      write(text);
    },
    pulse: () => undefined,
    text: (text) => void write(text),
    close: () => undefined,
  };
}

/** Redraws the act in place; what is finished scrolls away as ordinary text. */
export function terminalDisplay(stream: WriteStream, colour: boolean): Display {
  const paint = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const lines = new Map<string, Line>();
  // A terminal that does not know its size says 0.
  const width = () => (stream.columns > 0 ? stream.columns : 80);
  let pulse = '';
  let drawn = 0;
  let frame = 0;

  const render = ({ name, state, detail }: Line): string => {
    const { mark, style } = marks[state];
    const sign = state === 'running' ? (spinner[frame % spinner.length] ?? mark) : mark;
    return `  ${paint(style, sign)} ${name.padEnd(nameWidth)} ${paint('dim', fitted(detail, width() - nameWidth - 6))}`;
  };
  const draw = () => {
    frame++;
    const text = [...lines.values()].map(render);
    if (pulse) text.push(`    ${paint('cyan', fitted(pulse, width() - 5))}`);
    const back = drawn > 0 ? `\u001b[${String(drawn)}A` : '';
    stream.write(`${back}\u001b[0J${text.map((line) => `${line}\n`).join('')}`);
    drawn = text.length;
  };
  const settle = () => {
    pulse = '';
    draw();
    lines.clear();
    drawn = 0;
  };
  const timer = setInterval(draw, frameMs);
  stream.write('\u001b[?25l');
  return {
    act(title) {
      settle();
      stream.write(`\n${paint('bold', title)}\n`);
    },
    line: (key, line) => void lines.set(key, line),
    pulse: (text) => void (pulse = text),
    text(text) {
      settle();
      stream.write(`${text}\n`);
    },
    close() {
      clearInterval(timer);
      settle();
      stream.write('\u001b[?25h');
    },
  };
}
