import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { routeOf } from '../configuration/routes/route.ts';
import { deployments } from './components/deployments.ts';

const folder = join(import.meta.dirname, 'config-deployments');
const textOf = (...path: string[]) => readFile(join(folder, ...path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

describe('config-deployments', () => {
  let rule: Rule;
  before(async () => {
    const { groups } = parse(await textOf('prometheus', 'rules', 'checkout.yml'));
    [[rule]] = groups.map(({ rules }: { rules: Rule[] }) => rules);
  });

  it('has an alert that names what the controller deploys, and has a runbook', async () => {
    expect(rule.labels.application).to.equal(deployments.env.APPLICATION);
    const [, path] = /^https:\/\/runbooks\.internal\/(.+)$/.exec(rule.annotations.runbook ?? '') ?? [];
    expect(await textOf('..', '..', 'docs', 'runbooks', `${path}.md`)).to.contain(`\`${rule.alert}\``);
  });

  it('sends it to the adapter and to people, and other alerts to people only', async () => {
    const config = parse(await textOf('alertmanager', 'alertmanager.yml'));
    const receivers = (labels: Rule['labels']) => routeOf(config, labels).map(({ receiver }) => receiver);
    expect(receivers({ alertname: rule.alert, ...rule.labels })).to.deep.equal(['rollback', 'slack']);
    const { application: _, ...others } = rule.labels;
    expect(receivers({ alertname: rule.alert, ...others })).to.deep.equal(['slack']);
  });
});
