import { linkFaults } from '../faults/links';
import { startLinkedStage } from '../linked-stage';
import { steps } from '../moment';
import { drawsOf } from '../seed';
import { at, atSteps, describeCells } from '../table';

// A step of each seed, instead of every one: a broken link takes the platform long to mend.
describeCells(
  (seed) =>
    linkFaults.flatMap(({ fault, ofCanary }) =>
      ofCanary
        ? [at(fault, 'during', 'release')]
        : atSteps(fault, seed, [drawsOf(`${fault.name} ${seed}`).pick(steps)]),
    ),
  startLinkedStage,
);
