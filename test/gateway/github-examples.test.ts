import { githubExamples } from '../adapters/sources/github-examples';
import { sendHook, startGateway, type TestGateway } from './gateway';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

it('accepts every payload that GitHub publishes', async () => {
  const answers: [string, number, string][] = [];
  // One after the other, as a sender would: hundreds at once are refused for being many.
  for (const { name, payload } of githubExamples) {
    const answer = await sendHook(gateway.url, payload, { event: name });
    const text = await answer.text();
    if (answer.status !== 202) answers.push([name, answer.status, text]);
  }
  expect(answers).toEqual([]);
});
