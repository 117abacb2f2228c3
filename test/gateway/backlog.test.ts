import { Backlog } from '../../src/gateway/backlog';

/** A backlog over an inbox whose history has the length that the test says, and which begins a new one at that look. */
function backlogOf({ patienceMs = 0, newAtLook = Infinity } = {}) {
  const history = { length: 0, looks: 0 };
  const backlog = new Backlog(() => {
    history.looks++;
    if (history.looks === newAtLook) history.length = 1;
    return Promise.resolve(history.length);
  }, patienceMs);
  const admit = async (times: number, inbox = 'inbox:a') => {
    for (let time = 0; time < times; time++) await backlog.admit(inbox);
  };
  return { history, admit, backlog };
}

it('looks at the history of an inbox once in a hundred events, and never before', async () => {
  const { history, admit } = backlogOf();
  await admit(100);
  expect(history.looks).toBe(0);
  await admit(100);
  expect(history.looks).toBe(1);
  await admit(100, 'inbox:b');
  expect(history.looks).toBe(1);
});

it('refuses a full inbox until it has been emptied, and no other one', async () => {
  const { history, admit } = backlogOf();
  history.length = 8001;
  await admit(100);
  await expect(admit(1)).rejects.toMatchObject({ code: 'Unavailable' });
  await expect(admit(1)).rejects.toMatchObject({ code: 'Unavailable' });
  await admit(1, 'inbox:b');
  history.length = 8000;
  await admit(100);
  expect(history.looks).toBe(3);
});

it('lets the events of a subject that never pauses wait until its inbox has begun a new history', async () => {
  const { history, admit, backlog } = backlogOf({ patienceMs: 60_000, newAtLook: 5 });
  history.length = 2501;
  await admit(100);
  const order: string[] = [];
  const waiting = [1, 2, 3].map((event) =>
    backlog.admit('inbox:a').then(() => order.push(`${event} after ${history.looks} looks`)),
  );
  await admit(1, 'inbox:b');
  order.push('another subject');
  await Promise.all(waiting);
  expect(order).toEqual(['another subject', '1 after 5 looks', '2 after 5 looks', '3 after 5 looks']);
});

it('takes events of a long history all the same once it has waited long enough', async () => {
  const { history, admit } = backlogOf({ patienceMs: 1 });
  history.length = 2501;
  await admit(200);
  expect(history.looks).toBeGreaterThan(1);
});
