import { type BenchName, benchNames, benchTitles } from '../bench/arguments';
import { type Figure, isMet, numbersOf, targetText } from '../bench/figures';
import { curvesOf, plot, plotName } from '../bench/plot';
import type { Measured, Results } from '../bench/results';

/** Folder of the figures and plots below docs. */
export const figuresFolder = 'performance';

const titles: Record<Results['backend'], string> = {
  embedded: 'On the embedded Temporal server',
  postgresql: 'On Temporal server with PostgreSQL',
};

/** docs/performance.md, made from what was measured. Throws where a figure is of a quick run. */
export function performanceDoc(all: readonly Results[]): string {
  return [
    '# Performance\n',
    `Made from \`docs/${figuresFolder}/*.json\`, which \`npm run bench\` measured, by \`scripts/write-performance-doc.ts\`; do not edit.`,
    'Everything (Temporal, platform, load, peers) ran on one machine. Things measured beside each other took turns in one run, and a',
    'figure in "times" is a ratio within that run; load is the average number of processes that wanted a core in the minute before,',
    'and at the end. `npm run bench -- --help` says what each bench does.\n',
    ...all.filter(({ benches }) => Object.keys(benches).length > 0).flatMap(backendSection),
  ].join('\n');
}

/** The plots that the document shows, by file name. */
export const performancePlots = (all: readonly Results[]): [string, string][] =>
  all.flatMap(({ backend, benches }) =>
    Object.values(benches).flatMap(({ figures }) =>
      curvesOf(figures).map((curve): [string, string] => [plotName(curve.name, backend), plot(curve)]),
    ),
  );

function backendSection({ backend, benches }: Results): string[] {
  const measured = benchNames.flatMap((name) => {
    const one = benches[name];
    return one === undefined ? [] : [benchSection(backend, name, one)];
  });
  return [`## ${titles[backend]}\n`, ...measured];
}

function benchSection(backend: Results['backend'], name: BenchName, measured: Measured): string {
  const { at, seconds, load, commit, machine, quick, figures } = measured;
  if (quick)
    throw new Error(`${name} on ${backend} was a quick run, whose figures say nothing: measure it again`);
  const { cores, memoryGib, system, node } = machine;
  const when = `Measured ${at.slice(0, 16).replace('T', ' ')} UTC in ${String(seconds)} s at commit ${commit}, ${String(cores)} cores, ${String(memoryGib)} GiB, ${system}, Node ${node}; load ${load.join(' and ')}.`;
  const missed = figures.filter((figure) => !isMet(figure)).length;
  return [
    `### ${name}\n`,
    `${benchTitles[name]}. ${when}${missed > 0 ? ` Targets missed: ${String(missed)}.` : ''}\n`,
    '| figure | unit | n | min | p50 | p95 | max | target |',
    '|---|---|---|---|---|---|---|---|',
    ...figures.map(row),
    '',
    ...curvesOf(figures).map(
      ({ name: curve }) => `![${curve}](${figuresFolder}/${plotName(curve, backend)})\n`,
    ),
  ].join('\n');
}

function row(figure: Figure): string {
  const { what, unit, n, absent } = figure;
  const cells =
    absent === undefined ? [...numbersOf(figure), targetText(figure)] : ['', '', '', '', `none: ${absent}`];
  return `| ${[what, unit, String(n), ...cells].map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}
