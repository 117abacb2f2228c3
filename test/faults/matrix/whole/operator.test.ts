import { aborts, cancels, promotes, rollbacks } from '../faults/operator';
import { at, atSteps, describeCells } from '../table';

const beforeEnd = ['build', 'test', 'migrate', 'release'] as const;

describeCells((seed) => [
  ...atSteps(cancels, seed, beforeEnd),
  at(cancels, 'during', 'verify'),
  ...[promotes, aborts, rollbacks()].map((fault) => at(fault, 'during', 'release')),
]);
