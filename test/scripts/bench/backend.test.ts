import {
  dynamicConfiguration,
  serverConfiguration,
} from '../../../scripts/temporal-postgresql/configuration';
import { isNewEnough } from '../../../scripts/setup/newer-node';
import { ciFile } from '../../../bench/peers/gitlab-ci-local/start';

const at = (port: number) => ({ grpc: port, membership: port + 1 });
const place = {
  ports: { frontend: at(1), history: at(3), matching: at(5), worker: at(7) },
  database: { port: 5432, user: 'sagaline', password: 'secret' },
  dynamicFile: '/state/dynamic.yaml',
};

test('the server keeps state and visibility in databases of one PostgreSQL and listens on loopback alone', () => {
  expect(serverConfiguration(place)).toMatchObject({
    persistence: {
      defaultStore: 'state',
      visibilityStore: 'visibility',
      datastores: {
        state: { sql: { databaseName: 'temporal', connectAddr: '127.0.0.1:5432', password: 'secret' } },
        visibility: { sql: { databaseName: 'temporal_visibility' } },
      },
    },
    services: { matching: { rpc: { grpcPort: 5, membershipPort: 6, bindOnIP: '127.0.0.1' } } },
    clusterMetadata: { clusterInformation: { active: { rpcAddress: '127.0.0.1:1' } } },
    dynamicConfigClient: { filepath: '/state/dynamic.yaml' },
  });
});

test('the queue of tasks for workers may be read more often than the default, timers last no longer than they say, and activities start eagerly', () => {
  expect(Object.keys(dynamicConfiguration())).toEqual([
    'history.transferProcessorMaxPollRPS',
    'history.timerProcessorMaxTimeShift',
    'system.enableActivityEagerExecution',
  ]);
});

test('Node is new enough for gitlab-ci-local from 22 on', () => {
  expect(['v20.20.2', 'v22.0.0', 'v24.19.0', 'none'].map(isNewEnough)).toEqual([false, true, true, false]);
});

test('the jobs that undo come after the one that fails, in reverse', () => {
  expect(ciFile('undo')).toMatchObject({
    stages: ['one', 'two', 'three', 'four', 'undo three', 'undo two', 'undo one'],
    'do four': { script: ['false'] },
    'undo two': { stage: 'undo two', when: 'on_failure' },
  });
  expect(ciFile('steps')).toMatchObject({ stages: ['one', 'two', 'three', 'four', 'five'] });
});
