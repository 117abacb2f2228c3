import type { Figure } from './figures';

/** A curve: its points by rising `x`, each with the p50 as `y` and the range of its samples. */
export interface Curve {
  name: string;
  grows: string;
  unit: string;
  points: { x: number; y: number; low: number; high: number }[];
}

/** The curves that figures lie on, in the order of their first figure. */
export function curvesOf(figures: readonly Figure[]): Curve[] {
  const curves = new Map<string, Curve>();
  for (const { point, unit, min, p50, p95 } of figures) {
    if (!point || p50 === null || min === null || p95 === null) continue;
    const curve = curves.get(point.curve) ?? { name: point.curve, grows: point.grows, unit, points: [] };
    curve.points.push({ x: point.x, y: p50, low: min, high: p95 });
    curves.set(point.curve, curve);
  }
  return [...curves.values()].map((curve) => ({
    ...curve,
    points: curve.points.toSorted((a, b) => a.x - b.x),
  }));
}

/** The file of a curve's plot. */
export const plotName = (curve: string, backend: string): string =>
  `${backend}-${curve
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}.svg`;

const size = { width: 560, height: 300, left: 64, right: 16, top: 40, bottom: 48 };
const ticks = 4;

/** The curve as an SVG picture: x by powers, y from zero; a line through the p50, a bar from min to p95 at each point. */
export function plot({ name, grows, unit, points }: Curve): string {
  const { width, height, left, right, top, bottom } = size;
  const [inner, tall] = [width - left - right, height - top - bottom];
  const xs = points.map(({ x }) => Math.log(x));
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const highest = niceAbove(Math.max(...points.map(({ high }) => high)));
  const atX = (x: number) =>
    round(left + (last === first ? 0.5 : (Math.log(x) - first) / (last - first)) * inner);
  const atY = (y: number) => round(top + tall - (y / highest) * tall);
  const label = (x: number, y: number, content: string, more: string) =>
    `<text x="${x}" y="${y}" ${more}>${escaped(content)}</text>`;
  const grid = Array.from({ length: ticks + 1 }, (_, at) => (highest * at) / ticks).flatMap((value) => [
    `<line x1="${left}" x2="${width - right}" y1="${atY(value)}" y2="${atY(value)}" stroke="#ddd"/>`,
    label(left - 8, atY(value) + 4, shown(value), 'text-anchor="end"'),
  ]);
  const marks = points.flatMap(({ x, y, low, high }) => [
    `<line x1="${atX(x)}" x2="${atX(x)}" y1="${atY(low)}" y2="${atY(high)}" stroke="#9bb8d3" stroke-width="3"/>`,
    `<circle cx="${atX(x)}" cy="${atY(y)}" r="4" fill="#1f5f99"/>`,
    label(atX(x), height - bottom + 18, x.toLocaleString('en'), 'text-anchor="middle"'),
    label(atX(x), atY(y) - 8, shown(y), 'text-anchor="middle" fill="#1f5f99"'),
  ]);
  const line = points.map(({ x, y }) => `${atX(x)},${atY(y)}`).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    label(left, 22, `${name} (${unit})`, 'font-size="14"'),
    ...grid,
    `<polyline points="${line}" fill="none" stroke="#1f5f99" stroke-width="2"/>`,
    ...marks,
    label(left + inner / 2, height - 10, grows, 'text-anchor="middle"'),
    '</svg>\n',
  ].join('\n');
}

/** The smallest of 1, 2, 4, 5 and 8 times a power of ten that is not below. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((times) => times * power).find((nice) => nice >= value) ?? 10 * power;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const shown = (value: number): string => String(Number(value.toPrecision(3)));

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
