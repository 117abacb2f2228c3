import { halfDeploys } from './faults/deploy';
import { duplicates } from './faults/events';
import { kills } from './faults/kill';
import { misbehaving } from './faults/steps';
import { at, describeCells } from './table';

const faults = [...kills, ...misbehaving, ...halfDeploys, duplicates()];
const named = (name: string) => faults.find((fault) => fault.name.startsWith(name))!;

// A few cells of the matrix for every run of the tests; npm run test:faults plays all of them.
describeCells(
  () => [
    at(named('SIGKILL of the worker'), 'after', 'migrate'),
    at(named('SIGKILL of the router'), 'during', 'release'),
    at(named('SIGKILL of the Temporal'), 'during', 'test'),
    at(named('a step that hangs once'), 'during', 'test'),
    at(named('a candidate that starts'), 'during', 'release'),
    at(named('a webhook'), 'during', 'build'),
  ],
  undefined,
  ['sample'],
);
