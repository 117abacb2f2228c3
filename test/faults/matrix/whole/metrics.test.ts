import { metricFaults } from '../faults/metrics';
import { at, describeCells } from '../table';

describeCells(() => metricFaults.map((fault) => at(fault, 'before', 'release')));
