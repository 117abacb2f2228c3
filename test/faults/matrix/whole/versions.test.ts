import { newerWorkflows } from '../faults/versions';
import { atSteps, describeCells } from '../table';

describeCells((seed) => atSteps(newerWorkflows, seed));
