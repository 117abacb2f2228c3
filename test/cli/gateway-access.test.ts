import { createServer } from 'node:http';
import { freePort } from '../../src/target/free-port';
import { folderWith, sagaline } from './capture';
import { problem, scriptedGateway, type ScriptedGateway } from './scripted-gateway';

const token = 'a-token-of-the-tests';
const noLanes = { json: { lanes: [] } };

let gateway: ScriptedGateway;
let folder: string;
let remove: () => void;
beforeEach(async () => {
  gateway = await scriptedGateway({ 'GET /lanes': [noLanes] });
  ({ folder, remove } = folderWith({
    'state/token': 'the-token-of-the-folder\n',
    'other/token': 'the-named-token\n',
  }));
});
afterEach(async () => {
  await gateway.stop();
  remove();
});

const lanes = (environment: NodeJS.ProcessEnv, ...words: string[]) =>
  sagaline(['lanes', ...words], { folder, environment });

describe('the gateway that is asked', () => {
  it('is the one of --url before that of SAGALINE_URL', async () => {
    const nobody = `http://127.0.0.1:${String(await freePort())}`;
    const environment = { SAGALINE_TOKEN: token, SAGALINE_URL: nobody };
    expect((await lanes(environment, '--url', `${gateway.url}/`)).code).toBe(0);
    expect((await lanes(environment)).err).toContain(`No gateway answers at ${nobody}: ECONNREFUSED.`);
  });

  it('is that of this machine otherwise', async () => {
    const { port } = new URL(gateway.url);
    expect((await lanes({ SAGALINE_TOKEN: token, SAGALINE_PORT: port })).code).toBe(0);
  });

  it.each(['8080', 'ftp://host', 'host:8080'])('cannot be %s', async (url) => {
    expect((await lanes({ SAGALINE_TOKEN: token }, '--url', url)).code).toBe(2);
  });

  it('has to speak as a gateway', async () => {
    const server = createServer((_request, response) => void response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const { code, err } = await lanes({ SAGALINE_TOKEN: token }, '--url', `http://127.0.0.1:${String(port)}`);
    server.close();
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('is no gateway of this version') });
  });

  it('does not lead the token elsewhere', async () => {
    const redirecting = await scriptedGateway({
      'GET /lanes': [(response) => void response.writeHead(302, { location: `${gateway.url}/lanes` }).end()],
    });
    const { code } = await lanes({ SAGALINE_TOKEN: token }, '--url', redirecting.url);
    await redirecting.stop();
    expect({ code, asked: gateway.asked }).toEqual({ code: 1, asked: [] });
  });
});

describe('the token', () => {
  const sent = () => gateway.asked.map((asked) => asked.token);

  it('is that of --token-file, then SAGALINE_TOKEN, then the state folder', async () => {
    const state = { SAGALINE_URL: gateway.url, SAGALINE_STATE: `${folder}/state` };
    await lanes({ ...state, SAGALINE_TOKEN: token }, '--token-file', 'other/token');
    await lanes({ ...state, SAGALINE_TOKEN: token });
    await lanes(state);
    expect(sent()).toEqual(['Bearer the-named-token', `Bearer ${token}`, 'Bearer the-token-of-the-folder']);
  });

  it('of the state folder is for this machine alone', async () => {
    const environment = { SAGALINE_URL: 'http://gateway.example', SAGALINE_STATE: `${folder}/state` };
    expect(await lanes(environment)).toEqual({
      code: 1,
      out: '',
      err: 'A token is needed for gateway.example: SAGALINE_TOKEN or --token-file.\n',
    });
  });

  it('that is nowhere is missed by name', async () => {
    const environment = { SAGALINE_URL: gateway.url, SAGALINE_STATE: `${folder}/none` };
    const { code, err } = await lanes(environment);
    expect(code).toBe(1);
    expect(err).toMatch(/^No token in .*none.token \(ENOENT\): name one with SAGALINE_TOKEN/);
    expect(gateway.asked).toEqual([]);
  });
});

it('says what an error is, what exactly, and what to do', async () => {
  const refusing = await scriptedGateway({
    'GET /lanes/shop/moon': [
      { status: 404, json: problem('NotFound', 'Nothing of that name', 'no lane moon') },
    ],
  });
  const environment = { SAGALINE_URL: refusing.url, SAGALINE_TOKEN: token };
  expect(await sagaline(['lane', 'show', 'shop', 'moon'], { environment })).toEqual({
    code: 1,
    out: '',
    err: 'Nothing of that name: no lane moon\nDo something else.\n',
  });
  await refusing.stop();
});

it('names a variable that cannot be used', async () => {
  const { code, err } = await lanes({ SAGALINE_URL: 'nonsense', SAGALINE_TOKEN: token });
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining('SAGALINE_URL: must be a URL such as http://127.0.0.1:8080'),
  });
});
