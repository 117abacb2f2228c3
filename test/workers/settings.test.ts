import { readSettings } from '../../src/config';

test('pools are a list with commas; none named means all', () => {
  expect(readSettings({ SAGALINE_POOLS: 'build, default' }).pools).toEqual(['build', 'default']);
  expect(readSettings({ SAGALINE_POOLS: '' }).pools).toBeUndefined();
  for (const pools of ['build,', 'Build', 'a b', ',']) {
    expect(() => readSettings({ SAGALINE_POOLS: pools })).toThrow('SAGALINE_POOLS');
  }
});

test('a version is a deployment and a build, both or neither', () => {
  expect(readSettings({}).version).toBeUndefined();
  expect(readSettings({ SAGALINE_DEPLOYMENT: 'sagaline', SAGALINE_BUILD_ID: '1.1.0' }).version).toEqual({
    deploymentName: 'sagaline',
    buildId: '1.1.0',
  });
  expect(() => readSettings({ SAGALINE_DEPLOYMENT: 'sagaline' })).toThrow('SAGALINE_BUILD_ID: is missing');
  expect(() => readSettings({ SAGALINE_BUILD_ID: '1' })).toThrow('SAGALINE_DEPLOYMENT: is missing');
  expect(() => readSettings({ SAGALINE_DEPLOYMENT: 'a.b', SAGALINE_BUILD_ID: '1' })).toThrow(
    'without . and :',
  );
});

test('shell steps at once are a positive number', () => {
  expect(readSettings({ SAGALINE_SHELL_STEPS: '3' }).shellSteps).toBe(3);
  expect(readSettings({}).shellSteps).toBeUndefined();
  expect(() => readSettings({ SAGALINE_SHELL_STEPS: '0' })).toThrow('SAGALINE_SHELL_STEPS');
});

test('isolation of steps is auto, required or off', () => {
  expect(readSettings({}).stepIsolation).toBe('auto');
  expect(readSettings({ SAGALINE_STEP_ISOLATION: 'required' }).stepIsolation).toBe('required');
  expect(() => readSettings({ SAGALINE_STEP_ISOLATION: 'yes' })).toThrow('SAGALINE_STEP_ISOLATION');
});
