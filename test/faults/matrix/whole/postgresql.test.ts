import { kills } from '../faults/kill';
import { startPostgresqlStage } from '../postgresql-stage';
import { atSteps, describeCells } from '../table';

/** What is alone with its kind on this backend, and what talks to it. */
const backend = kills.filter(({ name }) => /Temporal server|database|gateway|worker/.test(name));

describeCells((seed) => backend.flatMap((fault) => atSteps(fault, seed)), startPostgresqlStage);
