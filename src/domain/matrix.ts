import type { Step } from './pipeline';

/** One combination of a step's matrix. */
export interface MatrixInstance {
  /** `<step>.<values>`: a dot is in no written id. */
  id: string;
  values: Record<string, string | number | boolean>;
}

/** The combinations of a step's matrix in the order of its axes; empty for a step without one. */
export function matrixInstances(step: Step): MatrixInstance[] {
  const matrix = 'matrix' in step ? step.matrix : undefined;
  if (matrix === undefined) return [];
  let combinations: MatrixInstance['values'][] = [{}];
  for (const [axis, values] of Object.entries(matrix)) {
    combinations = combinations.flatMap((fixed) => values.map((value) => ({ ...fixed, [axis]: value })));
  }
  const taken = new Set<string>();
  return combinations.map((values) => {
    const plain = `${step.id}.${Object.values(values).map(slug).join('-')}`;
    let id = plain;
    for (let again = 2; taken.has(id); again++) id = `${plain}-${String(again)}`;
    taken.add(id);
    return { id, values };
  });
}

const slug = (value: string | number | boolean): string =>
  String(value)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 20) || '_';
