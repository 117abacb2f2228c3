import { createRequire } from 'node:module';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { answerOrders, mainOf } from '../answer-orders';
import { act, perform, verify, type Work } from '../trivial';

/** What is used of `@restatedev/restate-sdk`, which is installed only where the bench runs. */
interface RestateSdk {
  TerminalError: new (message: string) => Error;
  service: (definition: { name: string; handlers: Record<Work, Handler> }) => unknown;
  serve: (options: { services: unknown[]; port: number }) => Promise<number>;
}
interface RestateContext {
  run: <T>(name: string, action: () => Promise<T>) => Promise<T>;
}
type Handler = (context: RestateContext) => Promise<string[]>;

/** Handlers of five durable steps, and a client that calls them by Restate's ingress. */
async function main(): Promise<void> {
  const [packages = '', ingress = '', admin = '', port = ''] = process.argv.slice(2);
  const restate = createRequire(join(packages, 'package.json'))('@restatedev/restate-sdk') as RestateSdk;
  const final = (message: string) => new restate.TerminalError(message);
  const handler =
    (work: Work): Handler =>
    (context) =>
      perform(work, (name, fails) => context.run(name, async () => Promise.resolve(act(name, fails, final))));
  const trivial = restate.service({
    name: 'trivial',
    handlers: { steps: handler('steps'), undo: handler('undo') },
  });
  await restate.serve({ services: [trivial], port: Number(port) });
  const agent = new Agent({ keepAlive: true });
  await post(agent, `${admin}/deployments`, { uri: `http://127.0.0.1:${port}` });
  answerOrders(async (work) => {
    verify(work, await post(agent, `${ingress}/trivial/${work}`, null));
  });
}

/** The answer to a POST. Throws when it is not a success. */
function post(agent: Agent, url: string, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = body === null ? {} : { 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.once('error', reject).once('end', () => {
        if ((answer.statusCode ?? 500) < 300) resolve(JSON.parse(text));
        else reject(new Error(`${url} answered ${String(answer.statusCode)}: ${text}`));
      });
    });
    sent.once('error', reject);
    sent.end(body === null ? undefined : JSON.stringify(body));
  });
}

mainOf('restate', main);
