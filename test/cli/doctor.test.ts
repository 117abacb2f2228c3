import { chmodSync } from 'node:fs';
import { addressFinding, clockFinding } from '../../src/cli/doctor/gateway';
import { nodeFinding, stateFinding } from '../../src/cli/doctor/machine';
import { sourceFindings } from '../../src/cli/doctor/sources';
import { folderWith, sagaline } from './capture';

const strong = '0123456789abcdef0123456789abcdef';
const known = ['github', 'gitlab'];
const listed = (name: string, secrets: string[] = []) => ({ name, secrets });
const briefly = (findings: { check: string; level: string }[]) =>
  findings.map(({ check, level }) => `${check}: ${level}`);

it('names each source without a secret, and the setting that it needs', () => {
  const sources = [listed('github'), listed('gitlab', ['${env:GITLAB_HOOK}'])];
  const findings = sourceFindings(sources, known, { own: {}, environment: {} });
  expect(findings).toMatchObject([
    {
      check: 'source github',
      level: 'wrong',
      whatToDo: expect.stringContaining('SAGALINE_SECRET_GITHUB') as string,
    },
    { check: 'source gitlab', level: 'wrong', says: expect.stringContaining('GITLAB_HOOK') as string },
  ]);
});

it('says that without any secret every source refuses everything', () => {
  expect(sourceFindings([], known, { own: {}, environment: {} })).toMatchObject([
    { check: 'sources', level: 'doubtful', says: expect.stringContaining('refuses everything') as string },
  ]);
});

it.each([
  [strong, 'fine'],
  ['hunter2', 'doubtful'],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'doubtful'],
])('says how good the secret %s is, and never the secret', (value, level) => {
  const places = { own: { github: value }, environment: { SAGALINE_SECRET_GITHUB: value } };
  const findings = sourceFindings([], known, places);
  expect(briefly(findings)).toEqual([`source github: ${level}`]);
  expect(JSON.stringify(findings)).not.toContain(value);
});

it('doubts a secret of a source that there is not', () => {
  const places = { own: { gihub: strong }, environment: { SAGALINE_SECRET_GIHUB: strong } };
  expect(briefly(sourceFindings([], known, places))).toEqual(['source gihub: doubtful']);
});

it.each([
  ['v20.19.0', 'fine'],
  ['v24.0.1', 'fine'],
  ['v20.18.9', 'wrong'],
  ['v18.20.0', 'wrong'],
])('finds Node.js %s %s', (version, level) => {
  expect(nodeFinding(version).level).toBe(level);
});

it.each([
  ['https://sagaline.example', 'fine'],
  ['http://127.0.0.1:8080', 'fine'],
  ['http://[::1]:8080', 'fine'],
  ['http://sagaline.example', 'doubtful'],
])('finds the address %s %s', (url, level) => {
  expect(addressFinding(new URL(url)).level).toBe(level);
});

it.each([
  [0, 'fine'],
  [-30_000, 'doubtful'],
  [600_000, 'wrong'],
])('finds clocks that differ by %d ms %s', (ms, level) => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(clockFinding(new Date(now + ms).toUTCString(), now).level).toBe(level);
});

it.each([
  [0o700, 'fine'],
  [0o755, 'wrong'],
])('finds a state folder of mode %o %s', async (mode, level) => {
  const { folder, remove } = folderWith();
  chmodSync(folder, mode);
  expect((await stateFinding(folder)).level).toBe(level);
  remove();
});

it('ends with 1 where no gateway answers, and prints no secret', async () => {
  const { folder, remove } = folderWith({
    'sagaline.yaml': 'apiVersion: sagaline/v1\nsources: [{ name: gitlab }]\n',
  });
  const environment = {
    PATH: process.env['PATH'],
    SAGALINE_STATE: folder,
    SAGALINE_URL: 'http://127.0.0.1:1',
    SAGALINE_SECRET_GITHUB: strong,
  };
  const { code, out } = await sagaline(['doctor'], { folder, environment });
  expect(code).toBe(1);
  expect(out).toMatch(/^wrong {5}gateway: does not answer at http:\/\/127\.0\.0\.1:1$/m);
  expect(out).toMatch(/^wrong {5}source gitlab: has no secret/m);
  expect(out).toMatch(/^fine {6}source github: SAGALINE_SECRET_GITHUB is set$/m);
  expect(out).not.toContain(strong);
  remove();
});

it('ends with 2 for a configuration that is not there, and for an address that is none', async () => {
  const environment = { PATH: process.env['PATH'], SAGALINE_URL: 'http://127.0.0.1:1' };
  const missing = await sagaline(['doctor', '--config', 'none.yaml'], { environment });
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(await sagaline(['doctor', '--url', 'nowhere'], { environment })).toMatchObject({ code: 2, out: '' });
});
