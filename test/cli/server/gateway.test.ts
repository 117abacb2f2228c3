import { randomUUID } from 'node:crypto';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { runWorkflowId } from '../../../src/domain/identity';
import { pipelineSchema } from '../../../src/domain/pipeline';
import { type Control, startControl, until } from '../../gateway/control';
import { token } from '../../gateway/gateway';
import { runInput, type Script } from '../../workflows/world';
import { sagaline } from '../capture';

let control: Control;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const pipeline = pipelineSchema.parse({
  apiVersion: 'sagaline/v1',
  name: 'deliver',
  on: [{ event: 'push' }],
  steps: [
    {
      id: 'migrate',
      uses: 'shell',
      with: { run: './migrate' },
      compensate: { uses: 'shell', with: { run: './migrate back' } },
    },
    { id: 'test', needs: ['migrate'], uses: 'shell', with: { run: 'make test' } },
    { id: 'tell', needs: ['test'], uses: 'shell', with: { run: 'make news' } },
  ],
});

/** The command before a real gateway. */
const command = (...words: string[]) =>
  sagaline(words, { environment: { SAGALINE_URL: control.gateway.url, SAGALINE_TOKEN: token } });

/** Starts a run on a worker with scripted activities while `use` lasts. */
function withRun(script: Script, use: (id: string) => Promise<void>): Promise<void> {
  return control.harness.withWorker(script, async (_world, taskQueue) => {
    const { project, client } = control.gateway;
    const input = { ...runInput(pipeline), project };
    const id = runWorkflowId(project, input.repository, pipeline.name, randomUUID());
    const attributes = {
      SagalineProject: project,
      SagalineRepository: input.repository,
      SagalinePipeline: 'deliver',
    };
    const typed = Object.entries(attributes).map(([name, value]) => ({
      key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
      value,
    }));
    const handle = await client.workflow.start('run', {
      workflowId: id,
      taskQueue,
      args: [input],
      typedSearchAttributes: new TypedSearchAttributes(typed),
    });
    await use(id);
    await handle.result().catch(() => undefined);
  });
}

const squeezed = (text: string) => text.replaceAll(/ +/g, ' ');

it('follows, shows and lists a run, and prints the log of a step', async () => {
  await withRun({}, async (id) => {
    const followed = await command('run', 'show', id, '--follow');
    expect({ code: followed.code, err: followed.err }).toEqual({ code: 0, err: '' });
    expect(squeezed(followed.out)).toMatch(/\ntell succeeded .*\nrun succeeded\n$/);

    const shown = await command('run', 'show', id);
    expect(squeezed(shown.out)).toContain(' status succeeded\n');
    expect(JSON.parse((await command('run', 'show', id, '--json')).out)).toMatchObject({
      id,
      status: 'succeeded',
    });

    await until(
      () => command('run', 'list', '--pipeline', 'deliver', '--status', 'succeeded'),
      ({ out }) => out.includes(id),
    );

    const log = await control.gateway.logs.append(id, 'test');
    await new Promise<void>((resolve) => log.end('it works\n', resolve));
    expect(await command('run', 'logs', id, 'test', '--follow')).toEqual({
      code: 0,
      out: 'it works\n',
      err: '',
    });
    expect((await command('run', 'logs', id, 'test')).out).toBe('it works\n');
  });
});

it('cancels a run that is followed, once', async () => {
  let begin = (): void => undefined;
  let end = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ended = new Promise<void>((resolve) => (end = resolve));
  const shell: Script['shell'] = async ({ step, phase }) => {
    if (step === 'test' && phase === 'step') {
      begin();
      await ended;
    }
    return '';
  };
  await withRun({ shell }, async (id) => {
    const followed = command('run', 'show', id, '--follow', '--json');
    await begun;
    expect(await command('run', 'cancel', id, '--reason', 'not today')).toMatchObject({
      code: 0,
      out: `${id}\n`,
    });
    end();
    const { code, out, err } = await followed;
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({
      status: 'cancelled',
      compensations: [{ step: 'migrate', status: 'succeeded' }],
    });
    expect(squeezed(err)).toContain('\nundo of migrate succeeded\n');
    expect(await command('run', 'cancel', id)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^Not possible in this state: .+\nRead the present state first/),
    });
  });
});

it('decides about an undo that keeps failing', async () => {
  const shell: Script['shell'] = ({ step, phase }) => {
    if (step === 'test' || phase === 'compensate') throw new Error(`${step} is broken`);
    return '';
  };
  await withRun({ shell }, async (id) => {
    const shown = await until(
      () => command('run', 'show', id),
      ({ out }) => out.includes('needs-human'),
    );
    expect(shown.out).toContain(`Decide: sagaline run resolve ${id} --step migrate --action`);
    const resolved = await command(
      ...['run', 'resolve', id, '--step', 'migrate', '--action', 'done', '--reason', 'put back by hand'],
    );
    expect(resolved.code).toBe(0);
    const { code, out } = await command('run', 'show', id, '--follow');
    expect({ code, last: squeezed(out).trimEnd().split('\n').at(-1) }).toEqual({
      code: 3,
      last: expect.stringMatching(/^run rolled-back /),
    });
  });
});

it('passes on what the gateway refuses', async () => {
  expect(await command('run', 'show', 'run:x:y')).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(
      /^Nothing of that name: .+\nCheck the id; the detail says what was looked for\.\n$/,
    ),
  });
  expect(await command('run', 'list', '--limit', '0')).toMatchObject({
    code: 1,
    err: expect.stringContaining('limit'),
  });
  expect(await command('lane', 'show', 'nothing', 'nowhere')).toMatchObject({ code: 1 });
  expect((await command('lanes')).code).toBe(0);
  const stranger = { SAGALINE_URL: control.gateway.url, SAGALINE_TOKEN: 'a-token-of-nobody' };
  expect(await sagaline(['lanes'], { environment: stranger })).toMatchObject({
    code: 1,
    err: expect.stringContaining('the bearer token is not known'),
  });
});
