import { parseConfiguration } from '../../src/domain/configuration-file';
import { refusal } from './fixtures';

const parse = (redeliver: string, source = 'github') =>
  parseConfiguration(
    'sagaline.yaml',
    `apiVersion: sagaline/v1
credentials: [{ name: bot, host: api.github.com, secret: "\${env:BOT}" }]
sources:
  - name: ${source}
    secrets: ["\${env:HOOK}"]
    redeliver:
      ${redeliver}
`,
  );
const hook = (url: string, more = '') => `hooks: [{ url: "${url}", credential: bot${more} }]`;
const repositoryHook = 'https://api.github.com/repos/acme/shop/hooks/12345';
const notAHook =
  'must be the URL of a hook in the API: https://api.github.com/repos/<owner>/<name>/hooks/<id>, /orgs/<name>/hooks/<id> or /app/hook';

it.each([
  [repositoryHook, ''],
  ['https://api.github.com/repos/acme/shop.web_2/hooks/1', ''],
  ['https://api.github.com/orgs/acme/hooks/67', ''],
  ['https://api.github.com/app/hook', ', app: "123456"'],
  ['https://api.github.com/app/hook', ', app: Iv23liAbCdEf'],
])('takes the hook %s', (url, more) => {
  expect(parse(hook(url, more)).sources[0]?.redeliver).toMatchObject({
    hooks: [{ url, credential: 'bot' }],
    every: '5m',
    window: '3d',
  });
});

it('takes a hook of GitHub Enterprise Server, at its own host only', () => {
  const url = 'https://ghe.example/api/v3/repos/acme/shop/hooks/1';
  expect(refusal(() => parse(hook(url)))).toBe(
    'sagaline.yaml:7:88: sources[0].redeliver.hooks[0].credential: credential bot is for api.github.com, but the url leads to ghe.example',
  );
});

const at = 'sagaline.yaml:7:';
it.each<[string, string, string]>([
  [
    'a repository',
    hook('https://api.github.com/repos/acme/shop'),
    `${at}22: sources[0].redeliver.hooks[0].url: ${notAHook}`,
  ],
  [
    'deliveries',
    hook(`${repositoryHook}/deliveries`),
    `${at}22: sources[0].redeliver.hooks[0].url: ${notAHook}`,
  ],
  [
    'a query',
    hook(`https://api.github.com/?/orgs/acme/hooks/1`),
    `${at}22: sources[0].redeliver.hooks[0].url: ${notAHook}`,
  ],
  [
    'a way out of its folder',
    hook('https://api.github.com/x/../orgs/acme/hooks/1'),
    `${at}22: sources[0].redeliver.hooks[0].url: ${notAHook}`,
  ],
  [
    'a password',
    hook('https://bot:pw@api.github.com/orgs/acme/hooks/1'),
    `${at}22: sources[0].redeliver.hooks[0].url: ${notAHook}`,
  ],
  ['no URL', hook('acme/shop'), `${at}22: sources[0].redeliver.hooks[0].url: must be a URL`],
  [
    'an app without an id',
    hook('https://api.github.com/app/hook'),
    'app goes with /app/hook, and only with it',
  ],
  ['an id without an app', hook(repositoryHook, ', app: "1"'), 'app goes with /app/hook, and only with it'],
  ['no hook', 'hooks: []', 'sources[0].redeliver.hooks'],
  ['an unknown credential', hook(repositoryHook).replace('bot', 'bob'), 'there is no credential named bob'],
  [
    'a hook that is named twice',
    `hooks: [{ url: "${repositoryHook}", credential: bot }, { url: "${repositoryHook}", credential: bot }]`,
    `hooks[1].url: ${repositoryHook} is named twice`,
  ],
  ['looks that follow too fast', `${hook(repositoryHook)}\n      every: 9s`, 'every: must be at least 10s'],
  ['looks that hardly come', `${hook(repositoryHook)}\n      every: 25h`, 'every: must be at most 1d'],
  [
    'more than GitHub keeps',
    `${hook(repositoryHook)}\n      window: 8d`,
    'window: must be at most 7d: GitHub keeps deliveries for 3 days, GitHub Enterprise Server for 7',
  ],
  ['a misspelt field', `${hook(repositoryHook)}\n      windows: 3d`, 'unknown field: did you mean window?'],
])('refuses %s', (_, text, wanted) => {
  expect(refusal(() => parse(text))).toContain(wanted);
});

it('refuses to ask anybody but GitHub', () => {
  expect(refusal(() => parse(hook(repositoryHook), 'gitlab'))).toContain(
    'sources[0].redeliver: gitlab cannot be asked for a delivery: only the source github can',
  );
});
