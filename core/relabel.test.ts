import { expect } from 'chai';
import { type RelabelConfig, relabel } from './relabel.ts';

const alert = { alertname: 'High', severity: 'critical', team: 'payments' };
const relabelled = (...configs: RelabelConfig[]) => relabel(alert, configs);

describe('relabelling', () => {
  it('names the entry that drops', () => {
    const harmless = { source_labels: ['team'], target_label: 'owner' };
    expect(
      relabelled(harmless, { source_labels: ['severity'], regex: 'crit.*', action: 'drop' }),
    ).to.deep.equal({
      droppedBy: 1,
    });
    expect(relabelled({ source_labels: ['environment'], regex: 'prod.*', action: 'keep' })).to.deep.equal({
      droppedBy: 0,
    });
    expect(
      relabelled({ source_labels: ['team'], target_label: 'severity', action: 'keepequal' }),
    ).to.deep.equal({
      droppedBy: 0,
    });
  });

  it('matches the whole value, several labels joined', () => {
    const kept = { labels: alert };
    expect(relabelled({ source_labels: ['severity'], regex: 'crit', action: 'drop' })).to.deep.equal(kept);
    expect(
      relabelled({ source_labels: ['severity', 'team'], regex: 'critical;payments', action: 'keep' }),
    ).to.deep.equal(kept);
    expect(relabelled({ source_labels: ['severity'], regex: '(?i)CRITICAL', action: 'keep' })).to.deep.equal(
      kept,
    );
  });

  const changed: [config: RelabelConfig, labels: Record<string, string>][] = [
    [
      { source_labels: ['team'], regex: '(pay).*', target_label: 'org', replacement: 'x-$1' },
      { ...alert, org: 'x-pay' },
    ],
    [
      { target_label: 'team', replacement: '' },
      { alertname: 'High', severity: 'critical' },
    ],
    [{ regex: 'sev.*|team', action: 'labeldrop' }, { alertname: 'High' }],
    [{ regex: '[[:alpha:]]{4}|sever\\Qity\\E', action: 'labeldrop' }, { alertname: 'High' }],
    [{ regex: 'alertname', action: 'labelkeep' }, { alertname: 'High' }],
    [
      { regex: '(te)am', replacement: `\${1}x`, action: 'labelmap' },
      { ...alert, tex: 'payments' },
    ],
    [
      { source_labels: ['severity'], target_label: 'severity', action: 'uppercase' },
      { ...alert, severity: 'CRITICAL' },
    ],
  ];
  for (const [config, labels] of changed) {
    it(JSON.stringify(config), () => expect(relabelled(config)).to.deep.equal({ labels }));
  }

  it('does not guess', () => {
    expect(
      relabelled({ source_labels: ['team'], target_label: 'x', modulus: 3, action: 'hashmod' }),
    ).to.equal(undefined);
  });
});
