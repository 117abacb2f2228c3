import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvent } from '../../src/cli/simulate/event-file';
import { folderWith } from './capture';

let folder: string;
let remove: () => void;
beforeAll(() => {
  ({ folder, remove } = folderWith());
});
afterAll(() => remove());

const data = {
  repository: 'acme/shop',
  ref: 'refs/heads/main',
  commit: 'c'.repeat(40),
  previousCommit: null,
};
const read = (event: object) => {
  writeFileSync(join(folder, 'event.json'), JSON.stringify(event));
  return readEvent('event.json', { folder, write: () => undefined, complain: () => undefined });
};

test.each([
  ['kind and data', { kind: 'push', data }, {}],
  [
    'a CloudEvent',
    { specversion: '1.0', id: 'd-1', source: 'mine', type: 'dev.sagaline.push', data },
    { deliveryId: 'd-1', source: 'mine' },
  ],
  [
    'an answer of GET /events/<id>',
    { id: 'evt_1', deliveryId: 'd-2', source: 'github', kind: 'push', data, status: 'routed', decisions: [] },
    { deliveryId: 'd-2', source: 'github' },
  ],
])('reads %s', (_, event, told) => {
  expect(read(event)).toMatchObject({ kind: 'push', subject: 'acme/shop:refs/heads/main', data, ...told });
});

test('says what is wrong with an event', () => {
  expect(() => read({ kind: 'push', data, wrong: 1 })).toThrow('event.json: the event');
  expect(() => read({ kind: 'pus', data })).toThrow('event.json: kind');
  expect(() => read({ specversion: '1.0', type: 'dev.sagaline.push', data: {} })).toThrow('data.repository');
});
