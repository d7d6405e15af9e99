/*
 * The addition `watchers`: its second pair must be as confined as the first, and its copy of Alertmanager's file must stay
 * the project's but for the Watchdog.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readConfigFiles } from '../configuration/config-files.ts';
import { WrittenFiles } from '../configuration/files/files.ts';
import { filesOfPair, mainPair, metaPair } from '../configuration/files/pairs.ts';
import { judgeFiles } from '../configuration/judge.ts';
import { routeOf } from '../configuration/routes/route.ts';
import { prometheusRules } from '../configuration/rules/prometheus-rules.ts';
import { paces } from '../core/pace.ts';
import { prometheusFlags } from './components/prometheus.ts';
import { stackOf } from './stacks.ts';
import { nobody, project } from './testing/running-stack.ts';

const stack = stackOf('full', 'sidecar', prometheusFlags, ['watchers']);
const textOf = (...path: string[]) => readFile(join(project, ...path), 'utf8');

describe('the configuration of the watchers', () => {
  let written: WrittenFiles;
  before(async () => {
    written = await readConfigFiles(stack.config.map((folder) => join(project, 'stacks', folder)));
  });

  /** The problems if a text of a file, which must be there, is replaced. */
  const problemsWith = (path: string, from: string, to: string): string[] => {
    const text = written.get(path) ?? '';
    if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
    const texts = new Map(written).set(
      path,
      text.replace(from, () => to),
    );
    return judgeFiles(stack, new WrittenFiles(texts), 15, nobody).problems.map(
      ({ where, message }) => `${where}: ${message}`,
    );
  };

  it('has no fault at any pace', () => {
    for (const { factor } of Object.values(paces))
      expect(judgeFiles(stack, written, factor, nobody).problems).to.deep.equal([]);
  });

  it('leads nowhere outside of the run, and is checked as the first pair is', () => {
    const outside = 'a drill must not reach beyond its own stack';
    const file = 'meta-alertmanager/alertmanager.yml';
    const vendor = 'https://events.pagerduty.com/v2/enqueue';
    expect(problemsWith(file, vendor, 'https://pager.example/v2/enqueue').join()).to.contain(outside);
    // Nothing listens for Opsgenie here.
    expect(problemsWith(file, 'pagerduty_configs', 'opsgenie_configs').join()).to.contain(outside);
    expect(
      problemsWith('meta-prometheus/prometheus.yml', 'prometheus:9090', 'example.com:9090').join(),
    ).to.contain(outside);
    expect(
      problemsWith('meta-prometheus/rules/watchers.yml', '    for: 1m', '    form: 1m').join(),
    ).to.contain('form');
  });

  it('is paced as the first pair is', () => {
    const { used } = judgeFiles(stack, written, 15, nobody);
    expect(used.get('meta-prometheus/prometheus.yml')).to.contain('scrape_interval: 1s');
    expect(used.get('meta-alertmanager/alertmanager.yml')).to.contain('group_interval: 4s');
  });

  it("has the project's routes and receivers beside those of the Watchdog", async () => {
    const own = parse(await textOf('stacks', 'config', 'alertmanager', 'alertmanager.yml'));
    const [watchdog, ...routes] = parse(written.get('alertmanager/alertmanager.yml') ?? '').route.routes;
    expect(watchdog.receiver).to.equal('dead-mans-switch');
    expect(routes).to.deep.equal(own.route.routes);
    const { receivers } = parse(written.get('alertmanager/alertmanager.yml') ?? '');
    expect(receivers.slice(0, -1)).to.deep.equal(own.receivers);
    expect(receivers.at(-1).name).to.equal('dead-mans-switch');
  });

  it("has Grafana's rules of the stack, of which those on logs send nothing while Loki fails", async () => {
    const path = 'grafana/provisioning/alerting/rules.yaml';
    const own = parse(await textOf('stacks', 'config-full', path));
    const rules: { data: { datasourceUid: string }[]; execErrState: string }[] = own.groups.flatMap(
      (group: { rules: unknown[] }) => group.rules,
    );
    const onLogs = rules.filter(({ data }) => data.some(({ datasourceUid }) => datasourceUid === 'loki'));
    for (const one of onLogs) one.execErrState = 'OK';
    expect(onLogs).to.have.length(2);
    expect(parse(written.get(path) ?? '')).to.deep.equal(own);
  });

  it('pings the switch by the Watchdog alone, more often than it is patient', () => {
    const files = filesOfPair(written, mainPair);
    const config = files.yaml('alertmanager/alertmanager.yml');
    const routes = prometheusRules(files).map(({ labels }) => [
      labels.alertname,
      routeOf(config, labels).map(({ receiver }) => receiver),
    ]);
    expect(routes.filter(([, receivers]) => receivers?.includes('dead-mans-switch'))).to.deep.equal([
      ['Watchdog', ['dead-mans-switch']],
    ]);
    const [route] = routeOf(config, { alertname: 'Watchdog' });
    expect(route?.groupIntervalMs).to.equal(30_000);
    expect(route?.repeatIntervalMs).to.be.lessThan(30_000);
    expect(parse(written.get('receivers/dead-mans-switch.yml') ?? '')).to.include({
      patience: '3m',
      ping: parse(written.get('alertmanager/alertmanager.yml') ?? '').receivers.at(-1).webhook_configs[0].url,
    });
  });

  it('has a runbook for each of its alerts that speaks of it', async () => {
    const meta = filesOfPair(written, metaPair);
    const texts = [...meta.keys()].filter((path) => path.startsWith('prometheus/rules/'));
    const watchdog = written.get('prometheus/rules/watchdog.yml') ?? '';
    const all = [...texts.map((path) => meta.get(path) ?? ''), watchdog].flatMap((text) =>
      (parse(text).groups as { rules: { alert: string; annotations: { runbook: string } }[] }[]).flatMap(
        ({ rules }) => rules,
      ),
    );
    expect(all).to.have.length.greaterThan(5);
    for (const { alert, annotations } of all) {
      const path = annotations.runbook.replace('https://runbooks.internal/', '');
      expect(await textOf('docs', 'runbooks', `${path}.md`), alert).to.contain(`\`${alert}\``);
    }
  });
});
