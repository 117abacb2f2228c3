import { createServer, request } from 'node:https';
import { type Lookup, NodeHttpClient } from '../../../src/adapters/http/client';
import { parseConfiguration } from '../../../src/domain/configuration-file';
import type { HttpCall } from '../../../src/ports';
import { selfSigned } from './certificate';
import { close, listen, startServer, type TestServer } from './server';

let server: TestServer;
beforeAll(async () => {
  server = await startServer((asked, response) => {
    switch (asked.url) {
      case '/redirect':
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end('elsewhere');
        return;
      case '/endless':
        response.on('close', ended.resolve);
        response.writeHead(200);
        pour();
        return;
      case '/silent':
        silence.resolve();
        return;
      default:
        response.writeHead(201, { 'X-Made': 'yes', 'Set-Cookie': ['a=b', 'c=d'] }).end('made: ä');
    }
    function pour(): void {
      while (!response.destroyed && response.write('x'.repeat(16 * 1024)));
      response.once('drain', pour);
    }
  });
});
afterAll(() => server.close());

function signal(): { promise: Promise<unknown>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<undefined>((settle) => {
    resolve = () => settle(undefined);
  });
  return { promise, resolve: () => resolve() };
}
const ended = signal();
let silence = signal();

function client(allow: string[] = ['127.0.0.0/8'], lookup?: Lookup): NodeHttpClient {
  const yaml = `apiVersion: sagaline/v1\nnetwork: { allow: ${JSON.stringify(allow)} }\n`;
  return new NodeHttpClient(
    { current: () => Promise.resolve(parseConfiguration('sagaline.yaml', yaml)) },
    lookup,
  );
}

const call = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'GET',
  url,
  headers: {},
  timeoutMs: 20_000,
  secrets: [],
  ...more,
});

test('a call sends method, headers and body, and returns status, headers and text', async () => {
  const answer = await client().call(
    call(`${server.origin}/things?a=1`, { method: 'POST', headers: { 'X-One': 'two' }, body: 'grün' }),
  );
  expect(answer).toMatchObject({ status: 201, headers: { 'x-made': 'yes' }, body: 'made: ä' });
  expect(answer.headers).not.toHaveProperty('set-cookie');
  const asked = server.asked.at(-1);
  expect(asked).toMatchObject({ method: 'POST', url: '/things?a=1', body: 'grün' });
  expect(asked?.headers).toMatchObject({ 'x-one': 'two', 'content-length': '5', connection: 'close' });
});

describe('an address that is not the public internet', () => {
  test.each([
    ['by its number', '127.0.0.1'],
    ['mapped into IPv6', '[::ffff:127.0.0.1]'],
    ['mapped and in hexadecimal', '[::ffff:7f00:1]'],
    ['behind the prefix of NAT64', '[64:ff9b::127.0.0.1]'],
    ['in hexadecimal', '0x7f000001'],
    ['as one decimal number', '2130706433'],
    ['in octal', '0177.0.0.1'],
    ['shortened', '127.1'],
    ['with a dot at its end', '127.0.0.1.'],
    ['in wide digits', '１２７.0.0.1'],
    ['as zero', '0.0.0.0'],
    ['as the loopback of IPv6', '[::1]'],
    ['as nothing in IPv6', '[::]'],
    ['compatible with IPv4', '[::127.0.0.1]'],
    ['in a 6to4 tunnel', '[2002:7f00:1::]'],
    ['private', '10.1.2.3'],
    ['private too', '172.31.255.255'],
    ['private as well', '192.168.0.1'],
    ['of a carrier', '100.100.100.200'],
    ['of the metadata service', '169.254.169.254'],
    ['of the metadata service, mapped', '[::ffff:a9fe:a9fe]'],
    ['of a metadata service with a public number', '168.63.129.16'],
    ['of a metadata service in IPv6', '[fd00:ec2::254]'],
    ['link-local', '[fe80::1]'],
    ['multicast', '224.0.0.1'],
    ['multicast in IPv6', '[ff02::1]'],
    ['broadcast', '255.255.255.255'],
  ])('is refused: %s', async (_, host) => {
    const { length } = server.asked;
    const refused = client([]).call(call(`http://${host}:${String(server.port)}/`));
    await expect(refused).rejects.toMatchObject({
      code: 'NotAllowed',
      detail: expect.stringContaining('network.allow'),
    });
    expect(server.asked).toHaveLength(length);
  });

  test('is refused when a name resolves to it, and the name and what it is are said', async () => {
    const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    const refused = client([], lookup).call(call(`http://intranet.example:${String(server.port)}/`));
    await expect(refused).rejects.toMatchObject({
      code: 'NotAllowed',
      detail: 'intranet.example (127.0.0.1) is loopback; `network.allow` of sagaline.yaml can permit it',
    });
  });

  test('is allowed by its own range only', async () => {
    await expect(client(['10.0.0.0/8', '::/0']).call(call(server.origin))).rejects.toMatchObject({
      code: 'NotAllowed',
    });
    const mapped = call(`http://[::ffff:127.0.0.1]:${String(server.port)}/`);
    // The mapped spelling reaches the same server, so the same range allows it.
    await expect(client(['127.0.0.1/32']).call(mapped)).resolves.toMatchObject({ status: 201 });
  });
});

test('a name is asked for once, and the connection goes to an address that was judged', async () => {
  const answers = [
    [
      { address: '10.0.0.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
    [{ address: '10.0.0.2', family: 4 }],
  ];
  let times = 0;
  const lookup = () => Promise.resolve(answers[times++] ?? []);
  const url = `http://moving.example:${String(server.port)}/`;
  await expect(client(['127.0.0.0/8'], lookup).call(call(url))).resolves.toMatchObject({ status: 201 });
  expect(times).toBe(1);
  expect(server.asked.at(-1)?.headers.host).toBe(`moving.example:${String(server.port)}`);
});

test('a name without an address, and an address where nobody listens, are failed calls', async () => {
  const nowhere = client([], () => Promise.resolve([])).call(call('http://nowhere.example/'));
  await expect(nowhere).rejects.toMatchObject({ code: 'CallFailed' });
  const unknown = client([], () => Promise.reject(new Error('getaddrinfo ENOTFOUND nowhere.example')));
  await expect(unknown.call(call('http://nowhere.example/'))).rejects.toMatchObject({
    code: 'CallFailed',
    detail: 'GET http://nowhere.example: getaddrinfo ENOTFOUND nowhere.example',
  });
  const gone = await startServer(() => undefined);
  await gone.close();
  await expect(client().call(call(gone.origin))).rejects.toMatchObject({
    code: 'CallFailed',
    detail: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a redirect is not followed', async () => {
  const { length } = server.asked;
  await expect(client().call(call(`${server.origin}/redirect`))).resolves.toMatchObject({
    status: 302,
    body: 'elsewhere',
  });
  expect(server.asked).toHaveLength(length + 1);
});

test('an endless answer is cut at 64 KiB and its connection is closed', async () => {
  const { body } = await client().call(call(`${server.origin}/endless`));
  expect(body).toBe('x'.repeat(64 * 1024));
  await ended.promise;
});

test('no answer within the time is a failed call that names no path', async () => {
  const slow = client().call(call(`${server.origin}/silent`, { timeoutMs: 200 }));
  await expect(slow).rejects.toMatchObject({
    code: 'CallFailed',
    detail: `GET ${server.origin}: no answer within 0.2 s`,
  });
  const unresolved = client([], () => new Promise(() => undefined));
  await expect(unresolved.call(call('http://slow.example/', { timeoutMs: 50 }))).rejects.toMatchObject({
    code: 'CallFailed',
  });
});

test('a cancelled call ends with the reason of its cancellation', async () => {
  const controller = new AbortController();
  silence = signal();
  const waiting = client().call(call(`${server.origin}/silent`), controller.signal);
  await silence.promise;
  controller.abort(new Error('cancelled by the test'));
  await expect(waiting).rejects.toThrow('cancelled by the test');
  await expect(client().call(call(server.origin), controller.signal)).rejects.toThrow(
    'cancelled by the test',
  );
});

test.each(['ftp://example.org/', 'file:///etc/passwd', 'no url', 'javascript:1', 'http://a b/'])(
  'what is no http url is malformed and not repeated: %s',
  async (url) => {
    await expect(client().call(call(url))).rejects.toMatchObject({
      code: 'Malformed',
      detail: 'the url of the call is no http or https url',
    });
  },
);

test('headers of the connection, and headers that would become two, are refused', async () => {
  const posing = call(server.origin, { headers: { Host: 'other.example' } });
  await expect(client().call(posing)).rejects.toMatchObject({ code: 'Malformed' });
  const { length } = server.asked;
  const split = call(server.origin, { headers: { 'X-One': 'two\r\nX-Three: four' } });
  await expect(client().call(split)).rejects.toMatchObject({ code: 'CallFailed' });
  expect(server.asked).toHaveLength(length);
});

test('a secret in what went wrong is not repeated', async () => {
  const unknown = client([], (name) => Promise.reject(new Error(`no such host: ${name}`)));
  const failed = unknown.call(call('https://pa55word.example/hook', { secrets: ['pa55word'] }));
  await expect(failed).rejects.toMatchObject({
    code: 'CallFailed',
    detail: 'GET https://[secret].example: no such host: [secret].example',
  });
});

test('a certificate that nobody vouches for is refused, whatever its server answers', async () => {
  const { key, cert } = selfSigned('localhost');
  const secure = createServer({ key, cert }, (_, response) => response.end('hello'));
  const port = await listen(secure);
  try {
    const trusting = new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, ca: cert, servername: 'localhost' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    await expect(trusting).resolves.toBe(200);
    await expect(client().call(call(`https://127.0.0.1:${String(port)}/`))).rejects.toMatchObject({
      code: 'CallFailed',
      detail: expect.stringContaining('self-signed certificate'),
    });
  } finally {
    await close(secure);
  }
});
