import { linkFaults } from '../faults/links';
import { startLinkedStage } from '../linked-stage';
import { drawsOf } from '../seed';
import { atSteps, describeCells } from '../table';

// A step of each seed, instead of every one: a broken link takes the platform long to mend.
describeCells(
  (seed) =>
    linkFaults.flatMap(({ fault, usedBy }) =>
      atSteps(fault, seed, [drawsOf(`${fault.name} ${seed}`).pick(usedBy)]),
    ),
  startLinkedStage,
);
