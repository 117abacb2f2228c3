import { linkFaults } from '../faults/links';
import { startLinkedStage } from '../linked-stage';
import { steps } from '../moment';
import { drawsOf } from '../seed';
import { atSteps, describeCells } from '../table';

// Three seeds of two steps each, instead of every step: a broken link takes the platform long to mend.
describeCells(
  (seed) =>
    linkFaults.flatMap((fault) => {
      const draws = drawsOf(`${fault.name} ${seed}`);
      const first = draws.below(steps.length);
      const second = (first + 1 + draws.below(steps.length - 1)) % steps.length;
      return atSteps(fault, seed, [steps[first]!, steps[second]!]);
    }),
  startLinkedStage,
);
