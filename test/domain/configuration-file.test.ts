import { parseConfiguration } from '../../src/domain/configuration-file';
import { refusal } from './fixtures';

const whole = `apiVersion: sagaline/v1
repositories: [{ name: acme/shop, url: https://git.example/acme/shop.git, credential: bot }]
credentials: [{ name: bot, host: git.example, secret: "\${env:GIT_TOKEN}" }]
sources: [{ name: github, secrets: ["\${env:HOOK_SECRET}"] }]
services: [{ name: shop, repository: acme/shop, owner: team-a }]
environments:
  - name: production
    target: { kind: embedded }
    metrics: { kind: router }
    pool: deploy
    allow: { repositories: [acme/shop], refs: [refs/heads/main], pipelines: [deliver] }
    secrets: [DB_URL]
    approvers: [team-a]
queries: { error-rate: "...", p95-latency: "..." }
`;
const fault = (from: string, to: string): string =>
  refusal(() => parseConfiguration('sagaline.yaml', whole.replace(from, to)));

describe('parseConfiguration', () => {
  it('reads the configuration of the design', () => {
    expect(parseConfiguration('sagaline.yaml', whole)).toMatchObject({
      project: 'default',
      environments: [{ name: 'production' }],
    });
  });

  it.each<[string, string, string, string]>([
    [
      'a misspelt field',
      'pool:',
      'pol:',
      'sagaline.yaml:10:5: environments[0].pol: unknown field: did you mean pool?',
    ],
    [
      'a secret written out',
      '"${env:GIT_TOKEN}"',
      'abc',
      'sagaline.yaml:3:55: credentials[0].secret: must be a reference such as ${env:NAME}',
    ],
    [
      'an unknown credential',
      'credential: bot',
      'credential: bob',
      'sagaline.yaml:2:87: repositories[0].credential: there is no credential named bob',
    ],
    [
      'a credential for another host',
      'host: git.example',
      'host: other.example',
      'sagaline.yaml:2:87: repositories[0].credential: credential bot is for other.example, but the url leads to git.example',
    ],
    [
      'an unknown credential of a report',
      'credential: bot }]',
      'report: { kind: gitlab, url: "https://git.example/api/v4", credential: bob } }]',
      'sagaline.yaml:2:146: repositories[0].report.credential: there is no credential named bob',
    ],
    [
      'a report to another host than that of its credential',
      'credential: bot }]',
      'report: { kind: gitlab, url: "https://git.example@evil.example/api/v4", credential: bot } }]',
      'sagaline.yaml:2:159: repositories[0].report.credential: credential bot is for git.example, but the url leads to evil.example',
    ],
    [
      'a report of an unknown kind',
      'credential: bot }]',
      'report: { kind: gitlob, url: "https://git.example", credential: bot } }]',
      'sagaline.yaml:2:91: repositories[0].report.kind: must be one of github, gitlab, gitea, did you mean gitlab?',
    ],
    [
      'a report to what is no URL',
      'credential: bot }]',
      'report: { kind: github, url: "git.example", credential: bot } }]',
      'sagaline.yaml:2:104: repositories[0].report.url: must be a URL such as https://api.github.com',
    ],
    [
      'a service of an unknown repository',
      'repository: acme/shop',
      'repository: acme/web',
      'sagaline.yaml:5:38: services[0].repository: acme/web is not registered under repositories',
    ],
    [
      'an unknown repository under allow',
      'repositories: [acme/shop]',
      'repositories: [acme/shop, acme/web]',
      'sagaline.yaml:11:40: environments[0].allow.repositories[1]: acme/web is not registered under repositories',
    ],
    [
      'a wildcard in the middle',
      'refs/heads/main',
      'refs/*/main',
      'sagaline.yaml:11:48: environments[0].allow.refs[0]: * is allowed at the end only',
    ],
    [
      'a name used twice',
      'sources: [',
      'sources: [{ name: github, secrets: ["${env:A}"] }, ',
      'sagaline.yaml:4:60: sources[1].name: github is named twice',
    ],
    [
      'two people of one name',
      'queries:',
      'people: [{ name: ada, token: "${env:A}" }, { name: ada, token: "${env:B}" }]\nqueries:',
      'sagaline.yaml:14:52: people[1].name: ada is named twice',
    ],
    [
      'two people with one token',
      'queries:',
      'people: [{ name: ada, token: "${env:A}" }, { name: bob, token: "${env:A}" }]\nqueries:',
      'sagaline.yaml:14:64: people[1].token: ${env:A} is also the token of ada: each person needs one of their own',
    ],
    [
      'a person with the name of the first admin',
      'queries:',
      'people: [{ name: admin, token: "${env:A}" }]\nqueries:',
      'sagaline.yaml:14:18: people[0].name: admin is whoever has SAGALINE_TOKEN: choose another name',
    ],
    ...['shell', 'canary', 'http'].map((kind): [string, string, string, string] => [
      `a step of one's own that is called ${kind}`,
      'queries:',
      `steps: [{ name: ${kind}, package: ./mine.js }]\nqueries:`,
      `sagaline.yaml:14:17: steps[0].name: ${kind} is a step of the platform itself: choose another name`,
    ]),
    ...['github', 'pubsub', 'events', 'manual', 'schedule', 'sagaline'].map(
      (name): [string, string, string, string] => [
        `a source of one's own that is called ${name}`,
        'name: github,',
        `name: ${name}, package: ./mine.js,`,
        `sagaline.yaml:4:19: sources[0].name: ${name} is a source of the platform itself: choose another name, or leave out package`,
      ],
    ),
  ])('refuses %s', (_, from, to, wanted) => {
    expect(fault(from, to)).toBe(wanted);
  });

  it.each<[string, string]>([
    ['git@git.example:acme/shop.git', 'git.example'],
    ['ssh://git@git.example:2222/acme/shop.git', 'git.example:2222'],
  ])('finds the host of %s', (url, host) => {
    const text = whole.replace('https://git.example/acme/shop.git', url);
    expect(
      parseConfiguration('sagaline.yaml', text.replace('host: git.example', `host: ${host}`)).repositories[0]
        ?.url,
    ).toBe(url);
    expect(() =>
      parseConfiguration('sagaline.yaml', text.replace('host: git.example', 'host: evil.example')),
    ).toThrow(host);
  });

  it('refuses a credential for a path on this machine', () => {
    expect(fault('https://git.example/acme/shop.git', '/srv/shop.git')).toMatch('the url leads to no host');
  });

  it('reads thousands of services', () => {
    const one = (at: number) => `  - { name: service-${String(at)}, repository: acme/shop, owner: team-a }\n`;
    const services = `services:\n${Array.from({ length: 5000 }, (_, at) => one(at)).join('')}`;
    const text = whole.replace(/services: .*\n/, services);
    expect(parseConfiguration('sagaline.yaml', text).services).toHaveLength(5000);
  });
});
