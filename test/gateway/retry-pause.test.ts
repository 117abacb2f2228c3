import { initialRetryMs } from '../../src/gateway/connection';

it('asks again at once where an inbox begins a new history, and gives an overloaded server time', () => {
  const details = 'workflow operation can not be applied because workflow is closing';
  expect(initialRetryMs({ code: 8, details })).toBe(10);
  expect(initialRetryMs({ code: 8, details: 'namespace rate limit exceeded' })).toBe(1_000);
  expect(initialRetryMs({ code: 14, details })).toBe(100);
});
