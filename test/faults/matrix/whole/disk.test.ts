import { fullDisk } from '../faults/disk';
import { startSmallStage } from '../small-disk';
import { atSteps, describeCells } from '../table';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

if (canMount) describeCells((seed) => atSteps(fullDisk, seed), startSmallStage);
else test('a full disk is not played: mounting one takes root on Linux', () => expect(canMount).toBe(false));
