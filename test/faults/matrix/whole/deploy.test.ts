import { halfDeploys, unreadyDeploys } from '../faults/deploy';
import { compensations } from '../faults/undo';
import { at, describeCells } from '../table';

describeCells(() => [
  ...unreadyDeploys.map((fault) => at(fault, 'before', 'release')),
  ...halfDeploys.map((fault) => at(fault, 'during', 'release')),
  ...compensations.map((fault) => at(fault, 'before', 'release')),
]);
