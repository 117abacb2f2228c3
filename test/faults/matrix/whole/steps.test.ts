import { misbehaving } from '../faults/steps';
import { at, describeCells } from '../table';

describeCells(() => misbehaving.map((fault) => at(fault, 'during', 'test')));
