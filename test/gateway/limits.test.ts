import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { bearer, expectProblem, sendHook, startGateway, type TestGateway } from './gateway';
import { pushPayload } from './payloads';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const hookHead = ['POST /hooks/github HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];

/** Sends raw lines and returns everything that comes back before the connection is closed. */
async function raw(lines: string[], body = ''): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return text(socket);
}

describe('a body over the limit', () => {
  it('is refused at 25 MB of a webhook', async () => {
    const padded = Buffer.alloc(25 * 1024 * 1024 + 1, ' ');
    await expectProblem(await sendHook(gateway.url, padded), 413, 'TooLarge');
  });

  it('is refused at 1 MiB of events', async () => {
    const headers = { ...bearer, 'content-type': 'application/cloudevents+json' };
    const body = Buffer.alloc(1024 * 1024 + 1, ' ');
    const answer = await fetch(`${gateway.url}/events`, { method: 'POST', headers, body });
    await expectProblem(answer, 413, 'TooLarge');
  });

  it('is refused by its announced length alone, and the sender is cut off', async () => {
    const answer = await raw([...hookHead, 'Content-Length: 4294967296'], '{');
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"code":"TooLarge"');
  });

  it('is refused while it streams without end, and the sender is cut off', async () => {
    const sent = request(`${gateway.url}/events`, {
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/cloudevents+json' },
    });
    const closed = once(sent, 'close');
    sent.on('error', () => undefined);
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const pour = () => {
      while (!sent.destroyed && sent.write(chunk));
    };
    sent.on('drain', pour);
    pour();
    const [answer] = await once(sent, 'response');
    expect(answer.statusCode).toBe(413);
    expect(await text(answer)).toContain('"code":"TooLarge"');
    await closed;
  });

  it('takes a large body that is under it', async () => {
    const body = JSON.stringify(pushPayload({ commits: ['x'.repeat(5 * 1024 * 1024)] }));
    expect((await sendHook(gateway.url, body)).status).toBe(202);
  });
});

describe('a malformed request', () => {
  const chunked = 'Transfer-Encoding: chunked';
  it.each([
    ['both lengths', [...hookHead, 'Content-Length: 3', chunked], '0\r\n\r\n'],
    ['two lengths', [...hookHead, 'Content-Length: 3', 'Content-Length: 4'], 'abcd'],
    ['a length that is no number', [...hookHead, 'Content-Length: 3x'], 'abc'],
    ['a bad chunk size', [...hookHead, chunked], 'zz\r\nabc\r\n0\r\n\r\n'],
    ['a space before a colon', [...hookHead, 'Content-Length : 3'], 'abc'],
    ['chunked that is not last', [...hookHead, 'Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a bare line feed', [...hookHead, 'X: 1\nContent-Length: 3'], 'abc'],
    ['no host', ['GET /healthz HTTP/1.1']],
    ['no HTTP', ['hello']],
  ])('with %s is refused and the connection closed', async (_, lines, body = '') => {
    const answer = await raw(lines, body);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer.match(/^HTTP\/1.1/gm)).toHaveLength(1);
  });

  it('is told in a problem document', async () => {
    const answer = await raw(['hello']);
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(answer).toContain('"code":"Malformed"');
  });

  it('with headers over the limit is refused', async () => {
    expect(await raw([...hookHead, `X: ${'x'.repeat(20_000)}`])).toMatch(/^HTTP\/1.1 431 /);
  });
});
