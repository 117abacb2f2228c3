import { duplicates, late, swapped } from '../faults/events';
import { at, atSteps, describeCells } from '../table';

describeCells((seed) => [
  ...atSteps(duplicates(), seed),
  at(swapped(), 'before', 'build'),
  at(late, 'during', 'verify'),
]);
