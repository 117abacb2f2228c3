import { randomUUID } from 'node:crypto';
import { startWorld, type World } from '../support/world';
import { until } from '../support/until';

interface EventSeen {
  id: string;
  source: string;
  decisions: { pipeline: string | null; matched: boolean; reason: string }[];
}

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const answering = (name: string, hears: string, says: string) =>
    JSON.stringify({
      apiVersion: 'sagaline/v1',
      name,
      on: [{ event: 'custom', when: hears }],
      steps: [{ id: 'say', uses: 'emit', with: { type: says, subject: 'acme/shop' } }],
    });
  await world.push({
    version: '1',
    files: {
      '.sagaline/ping.yaml': answering(
        'ping',
        'event.data.event == "acme.start" || event.data.type == "acme.pong"',
        'acme.ping',
      ),
      '.sagaline/pong.yaml': answering('pong', 'event.data.type == "acme.ping"', 'acme.pong'),
    },
  });
});
afterAll(() => world.stop());

/** Sends an event that starts the game, and returns the events of the platform's own once one of them was cut. */
async function played(more: object): Promise<EventSeen[]> {
  const seen = async () => {
    const { events } = (await (await world.call('/events?source=sagaline&kind=custom&limit=100')).json()) as {
      events: EventSeen[];
    };
    return Promise.all(
      events.map(
        async ({ id }) => (await (await world.call(`/events/${encodeURIComponent(id)}`)).json()) as EventSeen,
      ),
    );
  };
  const before = new Set((await seen()).map(({ id }) => id));
  const answer = await world.call('/events', {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      id: randomUUID(),
      source: '/outside',
      type: 'acme.start',
      ...more,
    }),
  });
  expect(answer.status).toBe(202);
  return until('the game is cut', async () => {
    const own = (await seen()).filter(({ id }) => !before.has(id));
    const isCut = own.some(({ decisions }) =>
      decisions.some(({ reason }) => reason.startsWith('cut: caused by')),
    );
    return isCut && own;
  });
}

test('two pipelines that answer each other are cut after five events of the own', async () => {
  expect(await played({})).toHaveLength(6);
});

test('an event that others have passed on keeps its depth', async () => {
  expect(await played({ sagalinedepth: 4 })).toHaveLength(2);
});
