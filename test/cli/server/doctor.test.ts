import { type Control, startControl } from '../../gateway/control';
import { token } from '../../gateway/gateway';
import { folderWith, sagaline } from '../capture';

let control: Control;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

interface Answer {
  findings: { check: string; level: string }[];
}

/** What the command finds of that gateway, with a token. */
async function levels(secret: string): Promise<{ code: number; found: Record<string, string> }> {
  const { folder, remove } = folderWith();
  const environment = {
    PATH: process.env['PATH'],
    SAGALINE_URL: control.gateway.url,
    SAGALINE_TOKEN: secret,
    SAGALINE_STATE: folder,
  };
  const { code, out } = await sagaline(['doctor', '--json'], { folder, environment });
  remove();
  const { findings } = JSON.parse(out) as Answer;
  return { code, found: Object.fromEntries(findings.map(({ check, level }) => [check, level])) };
}

it('finds gateway, clock, token and Temporal fine', async () => {
  const { found } = await levels(token);
  expect(found).toMatchObject({
    gateway: 'fine',
    clock: 'fine',
    token: 'fine',
    Temporal: 'fine',
    address: 'fine',
  });
});

it('says that a token opens nothing', async () => {
  const { code, found } = await levels('a-token-of-somebody-else');
  expect({ code, found }).toMatchObject({
    code: 1,
    found: { gateway: 'fine', token: 'wrong', Temporal: 'fine' },
  });
});
