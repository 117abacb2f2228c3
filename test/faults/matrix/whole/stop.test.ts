import { stopWorker } from '../faults/stop';
import { atSteps, describeCells } from '../table';

describeCells((seed) => atSteps(stopWorker, seed));
