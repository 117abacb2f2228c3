import { github } from '../../../src/adapters/sources/github';
import { hostile } from './hostile';
import { readOne } from './reading';

const headersOf = (name: string) => ({ 'x-github-event': name, 'x-github-delivery': 'd-1' });
const read = (name: string, payload: unknown) => readOne(github, headersOf(name), payload);
const own = { full_name: 'acme/shop' };

const alert = (fields: object) => ({
  action: 'created',
  repository: own,
  alert: { state: 'open', ...fields },
});
const alerts = {
  dependabot_alert: alert({
    security_advisory: { ghsa_id: 'GHSA-8f4m-hccc-8qph', severity: 'medium', summary: 'Secrets in a log' },
  }),
  code_scanning_alert: alert({
    rule: { id: 'java/sql-injection', severity: 'error', description: 'A query of user input' },
    tool: { name: 'CodeQL' },
  }),
  secret_scanning_alert: alert({
    secret_type: 'github_token',
    secret_type_display_name: 'GitHub token',
    secret: 'the-secret-itself',
  }),
};

describe('an alert of security', () => {
  it.each([
    ['dependabot_alert', 'dependabot', 'medium', 'GHSA-8f4m-hccc-8qph'],
    ['code_scanning_alert', 'CodeQL', 'error', 'java/sql-injection'],
    ['secret_scanning_alert', 'secret-scanning', 'critical', 'github_token'],
  ] as const)('%s is a finding', (name, tool, severity, rule) => {
    const { event } = read(name, alerts[name]);
    expect(event).toMatchObject({
      kind: 'finding',
      subject: 'acme/shop',
      data: { tool, severity, rule, repository: 'acme/shop', status: 'open' },
    });
    expect(JSON.stringify(event)).not.toContain('the-secret-itself');
  });

  it('counts by its level where the rule has one', () => {
    const rule = { id: 'r', severity: 'error', security_severity_level: 'high' };
    expect(
      read('code_scanning_alert', alert({ rule, tool: { name: 'CodeQL' } })).event.data['severity'],
    ).toBe('high');
  });

  it.each(['fixed', 'dismissed', 'resolved'])('that is %s is resolved', (state) => {
    for (const name of Object.keys(alerts) as (keyof typeof alerts)[]) {
      const payload = { ...alerts[name], alert: { ...alerts[name].alert, state } };
      expect(read(name, payload).event.data['status']).toBe('resolved');
    }
  });
});

hostile(
  github,
  Object.entries(alerts).map(([name, payload]) => ({ name, headers: headersOf(name), payload })),
);
