import { killCandidate, kills } from '../faults/kill';
import { at, atSteps, describeCells } from '../table';

describeCells((seed) => [
  ...kills.flatMap((fault) => atSteps(fault, seed)),
  at(killCandidate, 'during', 'release'),
]);
