import type { PlatformConfiguration } from './configuration';
import type { Plan, PlannedStep } from './expand';
import { defaultPool } from './messages';

type Known = Pick<PlatformConfiguration, 'pools' | 'environments' | 'sinks' | 'people'>;

/** What a plan names and sagaline.yaml does not know, one sentence each with what is known; empty when all is known. */
export function unknownNames({ steps }: Pick<Plan, 'steps'>, configuration: Known): string[] {
  const { environments, sinks, people } = configuration;
  const pools = [defaultPool, ...configuration.pools, ...environments.flatMap(({ pool }) => pool ?? [])];
  const teams = people.flatMap((person) => person.teams);
  const faults = steps.flatMap((step) => [
    ...poolFaults(step, pools),
    ...sinkFaults(
      step,
      sinks.map(({ name }) => name),
    ),
    // Without people, the token of the platform itself is the only one, and it counts as a member of every team.
    ...(people.length > 0 ? teamFaults(step, teams) : []),
  ]);
  return [...new Set(faults)];
}

function poolFaults(step: PlannedStep, pools: string[]): string[] {
  if (!('runsOn' in step) || step.runsOn === undefined || pools.includes(step.runsOn)) return [];
  const fault = `step ${step.id} runs on pool ${step.runsOn}, which sagaline.yaml does not list: ${known('pools', pools)}`;
  return [`${fault}; without runsOn it runs on the default one`];
}

function sinkFaults(step: PlannedStep, sinks: string[]): string[] {
  if (step.uses !== 'notify' || sinks.includes(step.with.to)) return [];
  return [
    `step ${step.id} notifies ${step.with.to}, which is no sink of sagaline.yaml: ${known('sinks', sinks)}`,
  ];
}

function teamFaults(step: PlannedStep, teams: string[]): string[] {
  if (step.uses !== 'approval') return [];
  return step.with.teams
    .filter((team) => !teams.includes(team))
    .map(
      (team) => `step ${step.id} asks team ${team}, which nobody is a member of: ${known('teams', teams)}`,
    );
}

function known(what: string, names: string[]): string {
  const sorted = [...new Set(names)].sort();
  return sorted.length > 0 ? `known ${what} are ${sorted.join(', ')}` : `there are no ${what}`;
}
