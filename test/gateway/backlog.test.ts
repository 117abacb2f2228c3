import { Backlog } from '../../src/gateway/backlog';

/** A backlog over an inbox whose history has the length that the test says. */
function backlogOf() {
  const history = { length: 0, looks: 0 };
  const backlog = new Backlog(() => {
    history.looks++;
    return Promise.resolve(history.length);
  });
  const admit = async (times: number, inbox = 'inbox:a') => {
    for (let time = 0; time < times; time++) await backlog.admit(inbox);
  };
  return { history, admit };
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
