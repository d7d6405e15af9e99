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

  it('is shown by its fingerprint if it is not known, and without a rule if none applies', () => {
    expect(withInhibitors([target], [target], '')[0]?.inhibitors).to.deep.equal([{ fingerprint: 'f1' }]);
    expect(rulesOf('route: {}')).to.deep.equal([{ fingerprint: 'f1', labels: source.labels }]);
    expect(withInhibitors([source], [source], '')).to.deep.equal([source]);
  });
});
