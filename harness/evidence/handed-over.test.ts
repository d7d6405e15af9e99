import { expect } from 'chai';
import type { WatchedAlert } from '../../signals/readers/watch-alerts.ts';
import { handOvers } from './handed-over.ts';

const alert = (alertname: string, changes: Partial<WatchedAlert> = {}): WatchedAlert => ({
  labels: { alertname },
  ...{ firstSeenAt: 1_000, receivedAt: 1_000, startsAt: 1_000, receivers: ['team'], state: 'active' },
  ...{ inhibitedBy: [], silencedBy: [], mutedBy: [], suppressed: [] },
  ...changes,
});
const inhibited = { kind: 'inhibited' as const, by: 'a' };
type Drill = Parameters<typeof handOvers>[0];

const namesIn = (...alerts: WatchedAlert[]) => {
  const drill = {
    notifiers: { handedOver: () => [{ kind: 'slack', at: 9_000, accepted: 1 }] },
    alertmanager: { watch: { alerts: () => alerts } },
    stack: { contactPoints: [{ name: 'team', manager: 'alertmanager', kind: 'slack' }] },
  } as unknown as Drill;
  return handOvers(drill).handedOver?.[0]?.mayBeOf?.map(({ labels }) => labels.alertname);
};

describe('the alerts of which a hand-over may be', () => {
  it('are all that led to a notifier of its kind', () => {
    expect(namesIn(alert('A'), alert('B', { receivers: ['ops'] }), alert('C'))).to.deep.equal(['A', 'C']);
  });

  it('are not those that came later, or were suppressed from the beginning on', () => {
    const suppressed = (from: number, endedAt?: number) => [
      { ...inhibited, from, to: 8_000, ...(endedAt === undefined ? {} : { endedAt }) },
    ];
    expect(
      namesIn(
        alert('Later', { receivedAt: 9_500 }),
        alert('Inhibited', { suppressed: suppressed(1_200) }),
        alert('Released', { suppressed: suppressed(1_200, 5_000) }),
        alert('InhibitedLater', { suppressed: suppressed(6_000) }),
      ),
    ).to.deep.equal(['Released', 'InhibitedLater']);
  });

  it('are those that resolved a while ago, whose resolution may be sent', () => {
    expect(namesIn(alert('Resolved', { goneAt: 2_000 }))).to.deep.equal(['Resolved']);
    expect(namesIn(alert('Old', { receivedAt: -900_000, goneAt: -700_000 }))).to.deep.equal([]);
  });
});
