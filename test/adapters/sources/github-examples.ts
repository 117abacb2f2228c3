import definitions from '@octokit/webhooks-examples';

/** Every payload that GitHub publishes of its webhooks, with the name of its event. */
export const githubExamples: readonly { name: string; payload: unknown }[] = definitions.flatMap(
  ({ name, examples }) => examples.map((payload) => ({ name, payload })),
);
