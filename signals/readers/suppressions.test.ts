import { expect } from 'chai';
import type { Silence } from './alertmanager.ts';
import { suppressionsOf } from './suppressions.ts';
import type { WatchedAlert } from './watch-alerts.ts';

const seen = (alertname: string, more: Partial<WatchedAlert> = {}): WatchedAlert => ({
  labels: { alertname },
  fingerprint: alertname.toLowerCase(),
  firstSeenAt: 1,
  receivedAt: 1,
  startsAt: 1,
  receivers: ['slack'],
  state: 'active',
  ...{ inhibitedBy: [], silencedBy: [], mutedBy: [], suppressed: [] },
  ...more,
});

const silence: Silence = {
  id: 's1',
  state: 'expired',
  startsAt: 5,
  endsAt: 50,
  createdBy: 'ann',
  comment: 'database is moved',
  matchers: ['team="payments"'],
};

describe('suppressions', () => {
  it('name the alert that inhibits, by its labels', () => {
    const slow = seen('Slow', {
      suppressed: [{ kind: 'inhibited', by: 'down', from: 3, to: 9, endedAt: 10 }],
    });
    expect(suppressionsOf('prometheus', [seen('Down'), slow], [], 0)).to.deep.equal([
      {
        manager: 'prometheus',
        labels: { alertname: 'Slow' },
        ...{ kind: 'inhibited', by: 'down', from: 3, to: 9, endedAt: 10 },
        inhibitor: { alertname: 'Down' },
      },
    ]);
    expect(suppressionsOf('prometheus', [slow], [], 0)[0]).not.to.have.property('inhibitor');
  });

  it('say who silenced it, why and until when', () => {
    const slow = seen('Slow', { suppressed: [{ kind: 'silenced', by: 's1', from: 3, to: 9 }] });
    const [found] = suppressionsOf('grafana', [slow], [silence], 0);
    expect(found?.silence).to.deep.equal({
      ...{ startsAt: 5, endsAt: 50, createdBy: 'ann', comment: 'database is moved' },
      matchers: ['team="payments"'],
    });
    expect(suppressionsOf('grafana', [slow], [], 0)[0]).not.to.have.property('silence');
  });

  it('are not those that ended before', () => {
    const slow = seen('Slow', {
      suppressed: [
        { kind: 'muted', by: 'nights', from: 3, to: 9, endedAt: 10 },
        { kind: 'muted', by: 'weekends', from: 3, to: 9 },
      ],
    });
    expect(suppressionsOf('prometheus', [slow], [], 11).map(({ by }) => by)).to.deep.equal(['weekends']);
  });
});
