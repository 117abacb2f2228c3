import { fullArtifacts, fullDisk, fullLogs } from '../faults/disk';
import { startSmallStage } from '../small-disk';
import { at, atSteps, describeCells } from '../table';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

if (canMount) {
  describeCells(
    (seed) => atSteps(fullDisk, seed),
    () => startSmallStage('state folder'),
  );
  describeCells(
    () => [at(fullArtifacts, 'before', 'build'), at(fullArtifacts, 'during', 'build')],
    () => startSmallStage('artifacts'),
  );
  describeCells(
    (seed) => atSteps(fullLogs, seed),
    () => startSmallStage('logs of steps'),
  );
} else
  test('a full disk is not played: mounting one takes root on Linux', () => expect(canMount).toBe(false));
