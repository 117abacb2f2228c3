import { halfDeploys } from './faults/deploy';
import { kills } from './faults/kill';
import { at, describeCells } from './table';

const named = (name: string) => [...kills, ...halfDeploys].find((fault) => fault.name.startsWith(name))!;

// A few cells of the matrix for every run of the tests; npm run test:faults plays all of them.
describeCells(
  () => [
    at(named('SIGKILL of the worker'), 'after', 'migrate'),
    at(named('SIGKILL of the router'), 'during', 'release'),
    at(named('SIGKILL of the Temporal'), 'during', 'test'),
    at(named('a candidate that gets ready and dies'), 'during', 'release'),
  ],
  undefined,
  ['sample'],
);
