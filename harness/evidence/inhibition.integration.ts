/*
 * Which alerts inhibit each other by the harness' reading of `inhibit_rules`, held against a running Alertmanager. Both sides
 * of each rule also match the label `case`, so that the rules of one case do not apply to the alerts of another.
 */
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { missesOf } from '../../assertions/causes/inhibition.ts';
import { localClient } from '../../core/http.ts';
import { met, notYet, until } from '../../core/poll.ts';
import type { AlertmanagerAlert } from '../../core/record.ts';
import { Scope } from '../../core/scope.ts';
import { folder, freeAddress, start } from '../../signals/readers/testing/components.ts';
import { builtTools } from '../../stacks/toolchain/testing/built-tools.ts';
import { withInhibitors } from './inhibition.ts';

interface Rule {
  readonly source_matchers?: readonly string[];
  readonly target_matchers?: readonly string[];
  readonly equal?: readonly string[];
}

interface Case {
  readonly what: string;
  readonly rules: readonly Rule[];
  readonly alerts: readonly Readonly<Record<string, string>>[];
  /** The names of the alerts that are inhibited. */
  readonly inhibited: readonly string[];
}

const root = { alertname: 'Root', severity: 'page' };
const leaf = { alertname: 'Leaf', severity: 'warning' };
const byName: Rule = { source_matchers: ['alertname = Root'], target_matchers: ['alertname = Leaf'] };

const cases: readonly Case[] = [
  { what: 'by its name', rules: [byName], alerts: [root, leaf], inhibited: ['Leaf'] },
  { what: 'not without the other one', rules: [byName], alerts: [leaf], inhibited: [] },
  {
    what: 'if a label of `equal` is equal',
    rules: [{ ...byName, equal: ['cluster'] }],
    alerts: [
      { ...root, cluster: 'a' },
      { ...leaf, cluster: 'a' },
    ],
    inhibited: ['Leaf'],
  },
  {
    what: 'not if a label of `equal` differs',
    rules: [{ ...byName, equal: ['cluster'] }],
    alerts: [
      { ...root, cluster: 'a' },
      { ...leaf, cluster: 'b' },
    ],
    inhibited: [],
  },
  {
    what: 'not if only one has a label of `equal`',
    rules: [{ ...byName, equal: ['cluster'] }],
    alerts: [root, { ...leaf, cluster: 'a' }],
    inhibited: [],
  },
  {
    what: 'if neither has a label of `equal`',
    rules: [{ ...byName, equal: ['cluster'] }],
    alerts: [root, leaf],
    inhibited: ['Leaf'],
  },
  {
    what: 'not if both match both sides',
    rules: [{ source_matchers: ['severity =~ ".+"'], target_matchers: ['severity =~ ".+"'] }],
    alerts: [root, leaf],
    inhibited: [],
  },
  {
    what: 'if it matches both sides, and the other one only the source side',
    rules: [{ source_matchers: ['severity =~ ".+"'], target_matchers: ['severity = warning'] }],
    alerts: [root, leaf],
    inhibited: ['Leaf'],
  },
  {
    what: 'if it matches only the target side, and the other one both',
    rules: [{ source_matchers: ['severity = page'], target_matchers: ['severity =~ ".+"'] }],
    alerts: [root, leaf],
    inhibited: ['Leaf'],
  },
  {
    what: 'by a rule without matchers of the source, which every alert matches',
    rules: [{ target_matchers: ['severity = warning'] }],
    alerts: [root, leaf],
    inhibited: ['Leaf'],
  },
  {
    what: 'not by itself',
    rules: [{ source_matchers: ['severity = page'], target_matchers: ['severity =~ ".+"'] }],
    alerts: [root],
    inhibited: [],
  },
  {
    what: 'by one that is inhibited itself',
    rules: [byName, { source_matchers: ['alertname = Leaf'], target_matchers: ['alertname = Twig'] }],
    alerts: [root, leaf, { alertname: 'Twig' }],
    inhibited: ['Leaf', 'Twig'],
  },
  {
    what: 'in a circle, so that nobody is notified of any',
    rules: [byName, { source_matchers: ['alertname = Leaf'], target_matchers: ['alertname = Root'] }],
    alerts: [root, leaf],
    inhibited: ['Leaf', 'Root'],
  },
];

const inhibitRules = cases.flatMap(({ rules }, i) =>
  rules.map(({ source_matchers = [], target_matchers = [], ...rule }) => ({
    ...rule,
    source_matchers: [...source_matchers, `case = "${i}"`],
    target_matchers: [...target_matchers, `case = "${i}"`],
  })),
);
const alerts = cases.flatMap((one, i) => one.alerts.map((labels) => ({ ...labels, case: `${i}` })));
type Shown = Pick<AlertmanagerAlert, 'labels'> & { readonly status: { readonly inhibitedBy: string[] } };

describe('an alert is inhibited by another one, in Alertmanager as the harness says', function () {
  this.timeout(600_000); // The first run on a machine builds Alertmanager.
  const scope = new Scope();
  const { signal } = new AbortController();
  const config = JSON.stringify({
    route: { receiver: 'nobody' },
    receivers: [{ name: 'nobody' }],
    inhibit_rules: inhibitRules,
  });
  let shown: readonly Shown[];

  before(async () => {
    const tools = await builtTools(['alertmanager'], signal);
    const directory = await folder(scope);
    await writeFile(join(directory, 'alertmanager.yml'), config);
    const address = await freeAddress();
    const children: ChildProcess[] = [];
    const args = ['--config.file=alertmanager.yml', '--storage.path=am', '--cluster.listen-address='];
    start(
      scope,
      children,
      tools.path('alertmanager'),
      [...args, `--web.listen-address=${address}`],
      directory,
    );
    const url = `http://${address}/api/v2/alerts`;
    const look = async () => {
      await localClient.post(
        url,
        alerts.map((labels) => ({ labels })),
      );
      const { data } = await localClient.get<readonly Shown[]>(url);
      return data.length === alerts.length ? met(data) : notYet(`${data.length} alerts`);
    };
    shown = await until('Alertmanager to have the alerts', look, { where: 'test', withinMs: 20_000, signal });
  });

  after(() => scope.close());

  /** The names of the alerts of a case that one of the others inhibits by the harness' reading. */
  const inhibitedByReading = (own: readonly Readonly<Record<string, string>>[]): string[] => {
    const held = own.map(
      (labels): AlertmanagerAlert => ({
        ...{ labels, firstSeenAt: 0, receivedAt: 0, startsAt: 0, receivers: [], state: 'active' },
        ...{ inhibitedBy: [], silencedBy: [], mutedBy: [] },
      }),
    );
    const names = own.map(({ alertname = '' }) => alertname);
    return held.flatMap((alert, i) =>
      names
        .flatMap((by) => withInhibitors([alert], held, config, by))
        .some(({ notInhibitedBy = [] }) => notInhibitedBy.some((one) => missesOf(one) === 0))
        ? [names[i] ?? '']
        : [],
    );
  };

  for (const [i, { what, inhibited }] of cases.entries()) {
    it(what, () => {
      const own = shown.filter(({ labels }) => labels.case === `${i}`);
      const inhibitedThere = own.filter(({ status }) => status.inhibitedBy.length > 0);
      expect(inhibitedThere.map(({ labels }) => labels.alertname)).to.have.members(inhibited);
      expect(inhibitedByReading(own.map(({ labels }) => labels))).to.have.members(inhibited);
    });
  }
});
