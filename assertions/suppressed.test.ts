import { expect } from 'chai';
import type { AlertmanagerAlert, Unjudged, Verdict } from '../core/record.ts';
import { judge } from './judge.ts';
import { at } from './testing/basics.ts';
import { notifierAlert } from './testing/evidence.ts';
import { notificationAt, sent } from './testing/notifications.ts';
import { outcomesOf } from './testing/record.ts';
import {
  cascade,
  dependantLabels,
  dependantPage,
  dependants,
  firingFrom,
  heldDependant,
  inhibitRule,
  root,
  rootLabels,
} from './testing/suppression.ts';

const [orders, search] = dependants;
const verdictsOf = (record: Unjudged): [Verdict, Verdict] => {
  const found = judge(record).verdicts.filter(({ check }) => check === 'suppressed');
  const [first, second] = found;
  if (!first || !second) throw new Error('the drill has two suppressed alerts');
  return [first, second];
};
const verdictOf = (record: Unjudged) => verdictsOf(record)[0];
/** The verdict on a dependant that Alertmanager has like this, and that pages, unless no page is given. */
const withHeld = (changes: Partial<AlertmanagerAlert>, ...pages: ReturnType<typeof dependantPage>[]) =>
  verdictOf(cascade({ dependant: { alertmanager: [heldDependant(orders, changes)] }, pages }));
const free = { inhibitedBy: [], inhibitors: [], state: 'active' };
const paged = dependantPage(orders, 11.5);
type Comparison = NonNullable<AlertmanagerAlert['notInhibitedBy']>[number];
const missedBy = (unmet: Partial<Comparison['unmet']>, changes: Partial<Comparison> = {}): Comparison => ({
  labels: rootLabels,
  rule: inhibitRule('database'),
  unmet: { source: [], target: [], equal: [], ...unmet },
  ...changes,
});

describe('an alert that another one suppresses', () => {
  it('passes if it fired, was inhibited by that alert and paged nobody; each alert has its own verdict', () => {
    const record = cascade();
    expect(new Set(Object.values(outcomesOf(record)))).to.deep.equal(new Set(['pass']));
    const [first, second] = verdictsOf(record);
    expect(first).to.deep.include({
      id: `${orders}/suppressed`,
      title: `${orders} is inhibited by ${root} and notifies nobody`,
      expectation: 1,
      alert: orders,
      message: `it fired, ${root} inhibited it, and nobody was notified of it`,
    });
    expect(first.evidence.join('\n')).to.contain('inhibit_rules[0]').and.not.contain('equal does not name');
    expect(second.alert).to.equal(search);
  });

  it('fails if it never fired, which proves nothing', () => {
    const quiet = { firing: [], pending: [], trueStretches: [], alertmanager: [] };
    const { outcome, message, autopsy } = verdictOf(cascade({ dependant: quiet }));
    expect({ outcome, message }).to.deep.equal({
      outcome: 'fail',
      message: 'it never fired, so there was nothing to suppress',
    });
    expect(autopsy?.hop).to.equal('expression true');
    const pending = { firing: [], alertmanager: [] };
    expect(verdictOf(cascade({ dependant: pending })).autopsy?.cause).to.equal('`for` was never satisfied');
  });

  it('fails if a page of it arrived, which is another page too', () => {
    const record = cascade({
      dependant: { alertmanager: [heldDependant(orders, { ...free, notInhibitedBy: [] })] },
      pages: [paged],
    });
    expect(outcomesOf(record)).to.include({ 'no-other-page': 'fail', arrives: 'pass' });
    expect(verdictOf(record)).to.deep.include({
      outcome: 'fail',
      message: `it was sent 11.3 s after the first request hit, although ${root} should inhibit it`,
    });
  });

  it('fails if a notification of it was sent that its receiver did not take', () => {
    const labels = dependantLabels(orders);
    const record = cascade({
      dependant: { alertmanager: [heldDependant(orders, { ...free, notInhibitedBy: [] })] },
    });
    const notifications = [notificationAt(11.4, { alerts: [sent({ labels })] })];
    expect(verdictOf({ ...record, notifications }).message).to.match(/^it was sent 11\.2 s after/);
  });

  describe('names why it was sent:', () => {
    const rows: [what: string, found: Verdict, cause: string, ...evidence: string[]][] = [
      [
        'there is no rule',
        withHeld({ ...free, notInhibitedBy: [] }, paged),
        'Alertmanager has no inhibit rule',
        'inhibit_rules is empty',
      ],
      [
        'a label of `equal` that only one alert has',
        withHeld(
          {
            ...free,
            labels: { ...dependantLabels(orders), instance: 'orders-1' },
            notInhibitedBy: [missedBy({ equal: ['instance'] })],
          },
          paged,
        ),
        `\`equal\` of the inhibit rule names instance, in which ${orders} and ${root} differ`,
        `instance: ${root} has none, ${orders} has "orders-1"`,
      ],
      [
        'a source matcher',
        withHeld({ ...free, notInhibitedBy: [missedBy({ source: ['severity="page"'] })] }, paged),
        `the source matchers of the inhibit rule do not match ${root}`,
        `severity="page": ${root} has "critical"`,
      ],
      [
        'a target matcher, of the rule that comes nearest',
        withHeld(
          {
            ...free,
            notInhibitedBy: [
              missedBy({ source: ['a="b"'], equal: ['c'] }),
              missedBy({ target: ['tier=~"db|web"'] }),
            ],
          },
          paged,
        ),
        `the target matchers of the inhibit rule do not match ${orders}`,
        `tier=~"db|web": ${orders} has none`,
      ],
      [
        'a label of `equal`, and not the matchers of a rule that is meant for another alert',
        withHeld(
          {
            ...free,
            notInhibitedBy: [missedBy({ target: ['severity="warning"'] }), missedBy({ equal: ['node'] })],
          },
          paged,
        ),
        `\`equal\` of the inhibit rule names node, in which ${orders} and ${root} differ`,
      ],
      [
        'a target matcher, of the rule whose other target matchers match',
        withHeld(
          {
            ...free,
            notInhibitedBy: [
              missedBy({ target: ['severity="warning"'] }),
              missedBy(
                { target: ['tier="web"'] },
                { rule: { ...inhibitRule(), target: ['severity="warning"', 'tier="web"'] } },
              ),
            ],
          },
          paged,
        ),
        `the target matchers of the inhibit rule do not match ${orders}`,
        `tier="web": ${orders} has none`,
      ],
      [
        'both alerts match both sides',
        withHeld({ ...free, notInhibitedBy: [missedBy({}, { mutual: true })] }, paged),
        'both alerts match both sides of the inhibit rule, and such alerts do not inhibit each other',
        'inhibit_rules[0]',
      ],
      [
        'it was sent before the other alert',
        withHeld({}, dependantPage(orders, 9.55)),
        `it was sent before Alertmanager got ${root}, which should inhibit it`,
        'group_wait is 667 ms',
      ],
      [
        'it was sent after the other alert had ended',
        withHeld({}, dependantPage(orders, 22)),
        `it was sent after the end of ${root}, which should inhibit it`,
        `${root} ended at`,
      ],
      [
        'the other alert did not fire',
        verdictOf(
          cascade({
            root: { firing: [], alertmanager: [] },
            dependant: { alertmanager: [heldDependant(orders, free)] },
            pages: [paged],
          }),
        ),
        `${root}, which should inhibit it, did not fire`,
        `${root} was pending, and its \`for\` is 8.0 s`,
      ],
      [
        'Alertmanager never got the other alert',
        verdictOf(
          cascade({
            root: { alertmanager: [] },
            dependant: { alertmanager: [heldDependant(orders, free)] },
            pages: [paged],
          }),
        ),
        `Alertmanager never got ${root}, which should inhibit it`,
      ],
      [
        "it is an alert of Grafana's",
        verdictOf(
          cascade({
            dependant: { manager: 'grafana', alertmanager: [heldDependant(orders, free)] },
            pages: [paged],
          }),
        ),
        'no Alertmanager with inhibit rules has both alerts',
        `${orders} is an alert of Grafana, whose own Alertmanager has no inhibit rules`,
      ],
    ];
    for (const [what, found, cause, ...evidence] of rows) {
      it(what, () => {
        expect(found.outcome).to.equal('fail');
        expect(found.autopsy).to.include({ hop: 'page received', cause });
        for (const line of evidence) expect(found.autopsy?.evidence.join('\n')).to.include(line);
      });
    }
  });

  describe('fails if nobody was notified for another reason:', () => {
    const rows: [what: string, found: Verdict, message: string][] = [
      [
        'another alert inhibited it',
        withHeld({
          inhibitedBy: ['f9'],
          inhibitors: [{ fingerprint: 'f9', labels: { alertname: 'NodeDown' }, rule: inhibitRule() }],
        }),
        `nobody was notified of it, but not because of ${root}: the alert was inhibited`,
      ],
      [
        'an alert inhibited it that is not known',
        withHeld({ inhibitedBy: ['f9'], inhibitors: [{ fingerprint: 'f9' }] }),
        `nobody was notified of it, but not because of ${root}: the alert was inhibited`,
      ],
      [
        'a silence',
        withHeld({ ...free, silencedBy: ['s1'] }),
        `nobody was notified of it, but not because of ${root}: the alert was silenced`,
      ],
      [
        'a silence as well',
        withHeld({ silencedBy: ['s1'] }),
        `${root} inhibited it, but the alert was silenced`,
      ],
      [
        'a mute time',
        withHeld({ mutedBy: ['nights'] }),
        `${root} inhibited it, but the alert was muted by nights`,
      ],
      [
        'a route to nobody',
        verdictOf(cascade({ dependant: { contactPoints: [{ name: 'slack', kinds: [] }] } })),
        `${root} inhibited it, but the alert was routed to a receiver without any notifier`,
      ],
      [
        'Alertmanager never got it',
        verdictOf(cascade({ dependant: { alertmanager: [] } })),
        `nobody was notified of it, but not because of ${root}: Alertmanager never got the alert`,
      ],
    ];
    for (const [what, found, message] of rows) {
      it(what, () => {
        expect(found).to.include({ outcome: 'fail', message });
      });
    }
  });

  it('fails if one of several alerts of its name was not inhibited', () => {
    const held = [heldDependant(orders), heldDependant(orders, free)];
    const { outcome, message } = verdictOf(cascade({ dependant: { alertmanager: held } }));
    expect(outcome).to.equal('fail');
    expect(message).to.match(/^nobody was notified of it, but not because of DatabaseDown/);
  });

  it('fails if the alert that suppresses it is inhibited itself, and says by what', () => {
    const labels = { alertname: 'NodeDown', severity: 'critical' };
    const swallowed = notifierAlert({
      labels: rootLabels,
      fingerprint: 'f1',
      inhibitedBy: ['f9'],
      inhibitors: [{ fingerprint: 'f9', labels, rule: { ...inhibitRule(), target: [] } }],
    });
    const record = { ...cascade({ root: { alertmanager: [swallowed] } }), pages: [] };
    const { outcome, message, autopsy } = verdictOf(record);
    expect({ outcome, message }).to.deep.equal({
      outcome: 'fail',
      message: `${root} inhibited it, but ${root} is inhibited itself`,
    });
    expect(autopsy?.evidence.join('\n'))
      .to.contain('is inhibited by NodeDown {severity="critical"}')
      .and.contain('equal does not name');
    // The page of the alert itself is lost for the same reason.
    const arrives = judge(record).verdicts.find(({ check }) => check === 'arrives');
    expect(arrives?.autopsy?.cause).to.equal('the alert was inhibited');
  });

  it('may be suppressed by an alert that is expected to be suppressed itself', () => {
    const record = cascade();
    const inhibitors = [
      { fingerprint: 'f2', labels: dependantLabels(orders), rule: inhibitRule('database') },
    ];
    const inChain = heldDependant(search, { inhibitedBy: ['f2'], inhibitors });
    const [page, own] = record.scenario.expectations;
    if (page?.kind !== 'page' || own?.kind !== 'suppressed') throw new Error('the sample is another one');
    const expectations = [page, { ...own, alerts: [orders] }, { ...own, alerts: [search], by: orders }];
    const alerts = (record.evidence?.alerts ?? []).map((one) =>
      one.alert === search ? { ...one, alertmanager: [inChain] } : one,
    );
    const chained = {
      ...record,
      scenario: { ...record.scenario, expectations },
      evidence: { ...record.evidence, alerts } as NonNullable<Unjudged['evidence']>,
    };
    expect(verdictsOf(chained).map(({ outcome }) => outcome)).to.deep.equal(['pass', 'pass']);
  });

  it('fails if the alert that suppresses it ended before it, since then chance decides whether it is sent', () => {
    const endsAt = (second: number) =>
      verdictOf(cascade({ dependant: { firing: firingFrom(orders, 10.5, { endedAt: at(second) }) } }));
    expect(endsAt(21.9).outcome).to.equal('pass');
    const { outcome, message, autopsy } = endsAt(25);
    expect({ outcome, message }).to.deep.equal({
      outcome: 'fail',
      message: `${root} inhibited it, but it ended 4.0 s before ${orders}, which would be sent in that time`,
    });
    expect(autopsy?.evidence.join('\n')).to.contain('its keep_firing_for is 0 ms');
  });

  it('fails if `equal` names a label that neither alert has, which restricts nothing', () => {
    const inhibitors = [{ fingerprint: 'f1', labels: rootLabels, rule: inhibitRule('database', 'cluster') }];
    const { outcome, message, autopsy } = withHeld({ inhibitors });
    expect({ outcome, message }).to.deep.equal({
      outcome: 'fail',
      message: `${root} inhibited it, but \`equal\` of the inhibit rule names cluster, which neither alert has: it counts as equal`,
    });
    expect(autopsy?.evidence.join('\n')).to.contain('equal [database, cluster]');
  });

  it('is broken without evidence of one of the alerts', () => {
    const record = cascade();
    const alerts = (record.evidence?.alerts ?? []).filter(({ alert }) => alert !== search);
    const evidence = { ...record.evidence, alerts } as NonNullable<Unjudged['evidence']>;
    const [first] = verdictsOf({ ...record, evidence });
    expect(first).to.include({
      outcome: 'broken',
      message: `not judged: no evidence was collected about ${search}`,
    });
  });

  it('is broken if the clock was set while it fired', () => {
    const steps = [{ from: at(-1), to: at(4), byMs: 5_000, monotonicMs: 0 }];
    expect(verdictOf({ ...cascade(), clock: { steps, driftMs: 5_000 } }).message).to.contain(
      `how long ${orders} was firing`,
    );
  });
});
