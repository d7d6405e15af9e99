import { expect } from 'chai';
import { notifierAlert } from '../../assertions/testing/evidence.ts';
import { withSilences } from './silences.ts';

const silence = (id: string, ...matchers: string[]) => ({
  ...{ id, matchers, createdBy: 'ann', comment: 'why', startsAt: 0, endsAt: 1 },
});

describe('silences of an alert', () => {
  const alert = notifierAlert({ labels: { alertname: 'A', severity: 'critical' } });
  const missed = (...silences: ReturnType<typeof silence>[]) =>
    withSilences({ manager: 'prometheus', alertmanager: [alert] }, silences)[0]?.notSilencedBy;

  it('that do not match it have the matchers that it does not satisfy', () => {
    expect(
      missed(
        silence('own', 'alertname="A"', 'severity=~"critical|page"', 'team!="payments"'),
        silence('other', 'alertname="A"', 'severity!~"crit.*"', 'team="payments"'),
      ),
    ).to.deep.equal([{ id: 'other', unmet: ['severity!~"crit.*"', 'team="payments"'] }]);
  });

  it('that match it leave nothing to tell', () => {
    expect(missed(silence('own', 'alertname="A"'))).to.equal(undefined);
    expect(missed()).to.equal(undefined);
  });

  it("do not concern alerts of Grafana's Alertmanager", () => {
    const own = withSilences({ manager: 'grafana', alertmanager: [alert] }, [
      silence('other', 'alertname="B"'),
    ]);
    expect(own).to.deep.equal([alert]);
  });
});
