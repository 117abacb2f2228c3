import { duplicates, late, swapped, unanswered } from '../faults/events';
import { at, atSteps, describeCells } from '../table';

describeCells((seed) => [
  ...atSteps(duplicates(), seed),
  at(unanswered, 'before', 'build'),
  at(swapped(), 'before', 'build'),
  at(late, 'during', 'verify'),
]);
