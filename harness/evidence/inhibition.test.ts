import { expect } from 'chai';
import type { AlertmanagerAlert } from '../../core/record.ts';
import { withInhibitors } from './inhibition.ts';

const held = (
  labels: Record<string, string>,
  changes: Partial<AlertmanagerAlert> = {},
): AlertmanagerAlert => ({
  ...{ labels, firstSeenAt: 0, receivedAt: 0, startsAt: 0, receivers: [], state: 'suppressed' },
  ...{ inhibitedBy: [], silencedBy: [], mutedBy: [] },
  ...changes,
});
const source = held({ alertname: 'NodeDown', severity: 'critical', node: 'n1' }, { fingerprint: 'f1' });
const target = held({ alertname: 'Slow', severity: 'warning' }, { inhibitedBy: ['f1'] });
const rulesOf = (config: string) =>
  withInhibitors([target], [source, target], config).flatMap(({ inhibitors = [] }) => inhibitors);

describe('an alert that inhibits another', () => {
  it('is shown with its labels and the inhibition rule', () => {
    const config = `
inhibit_rules:
  - { source_matchers: [severity = page], target_matchers: [severity = warning] }
  - { source_matchers: ['severity = critical'], target_matchers: ['severity =~ "warn.*"'], equal: [cluster] }
`;
    expect(rulesOf(config)).to.deep.equal([
      {
        fingerprint: 'f1',
        labels: source.labels,
        rule: {
          index: 1,
          source: ['severity="critical"'],
          target: ['severity=~"warn.*"'],
          equal: ['cluster'],
        },
      },
    ]);
  });

  it('is found by rules of the old form too, but not by a rule whose `equal` labels differ', () => {
    const config = `
inhibit_rules:
  - { source_match: { severity: critical }, target_match: { severity: warning }, equal: [node] }
  - { source_match: { severity: critical }, target_match_re: { severity: 'warn.*' } }
`;
    expect(rulesOf(config)[0]?.rule).to.deep.equal({
      index: 1,
      source: ['severity="critical"'],
      target: ['severity=~"warn.*"'],
      equal: [],
    });
  });

  it('is not shown with a rule whose both sides both alerts match', () => {
    const config = `
inhibit_rules:
  - { source_matchers: [severity =~ ".*"], target_matchers: [severity =~ ".*"] }
  - { source_matchers: [severity = critical], target_matchers: [severity =~ ".*"] }
`;
    expect(rulesOf(config)[0]?.rule?.index).to.equal(1);
  });

  it('is shown by its fingerprint if it is not known, and without a rule if none applies', () => {
    expect(withInhibitors([target], [target], '')[0]?.inhibitors).to.deep.equal([{ fingerprint: 'f1' }]);
    expect(rulesOf('route: {}')).to.deep.equal([{ fingerprint: 'f1', labels: source.labels }]);
    expect(withInhibitors([source], [source], '')).to.deep.equal([source]);
  });
});

describe('an alert that another one should inhibit', () => {
  const free = { ...target, inhibitedBy: [] };
  const missedIn = (config: string, all = [source, free], by = 'NodeDown') =>
    withInhibitors([free], all, config, by)[0]?.notInhibitedBy;
  const rule = (text: string) => `inhibit_rules: [{ ${text} }]`;

  it('is shown with each rule, and what kept it from applying', () => {
    const config = `
inhibit_rules:
  - { source_matchers: [severity = page, node = n1], target_matchers: ['severity = warning'], equal: [team] }
  - { source_matchers: [severity = critical], target_matchers: ['severity =~ "info|none"'], equal: [node] }
`;
    expect(missedIn(config)).to.deep.equal([
      {
        labels: source.labels,
        rule: {
          index: 0,
          source: ['severity="page"', 'node="n1"'],
          target: ['severity="warning"'],
          equal: ['team'],
        },
        unmet: { source: ['severity="page"'], target: [], equal: [] },
      },
      {
        labels: source.labels,
        rule: {
          index: 1,
          source: ['severity="critical"'],
          target: ['severity=~"info|none"'],
          equal: ['node'],
        },
        unmet: { source: [], target: ['severity=~"info|none"'], equal: ['node'] },
      },
    ]);
    expect(missedIn('route: {}')).to.deep.equal([]);
  });

  it('is compared with the nearest of several alerts', () => {
    const far = held({ alertname: 'NodeDown', severity: 'info', node: 'n2' }, { fingerprint: 'f2' });
    const found = missedIn(rule('source_matchers: [severity = critical], equal: [node]'), [
      far,
      source,
      free,
    ]);
    expect(found?.map(({ labels }) => labels)).to.deep.equal([source.labels]);
  });

  it('is not inhibited where both match both sides of the rule', () => {
    expect(
      missedIn(rule('source_matchers: [severity =~ ".+"], target_matchers: [severity =~ ".+"]')),
    ).to.deep.include({
      labels: source.labels,
      rule: { index: 0, source: ['severity=~".+"'], target: ['severity=~".+"'], equal: [] },
      unmet: { source: [], target: [], equal: [] },
      mutual: true,
    });
  });

  it('is not compared if it was inhibited, or if the other alert was never there', () => {
    const config = rule('source_matchers: [severity = critical], target_matchers: [severity = warning]');
    expect(withInhibitors([target], [source, target], config, 'NodeDown')[0]).not.to.have.property(
      'notInhibitedBy',
    );
    expect(missedIn(config, [free])).to.equal(undefined);
    expect(withInhibitors([free], [source, free], config)[0]).not.to.have.property('notInhibitedBy');
  });
});
