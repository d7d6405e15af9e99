import { expect } from 'chai';
import type { LeftAlert } from '../core/record.ts';
import { at } from './testing/basics.ts';
import { recordWith, recordWithout, verdictOf } from './testing/record.ts';

const left = (changes: Partial<LeftAlert> = {}): LeftAlert => ({
  manager: 'prometheus',
  alert: 'CheckoutSlow',
  labels: { alertname: 'CheckoutSlow', job: 'storefront' },
  state: 'pending',
  since: at(20.9),
  rule: { file: 'checkout.yml', group: 'checkout' },
  ...changes,
});
const found = (...alerts: LeftAlert[]) =>
  verdictOf(recordWith({ evidence: { left: alerts } }), 'nothing-left');

describe('alerts that are active at the end', () => {
  it('are none in a drill that passes', () => expect(found().outcome).to.equal('pass'));

  it('fail the check, with alert, labels, state, start and rule', () => {
    const { outcome, message, evidence } = found(left());
    expect([outcome, message]).to.deep.equal(['fail', 'CheckoutSlow was still pending at the end']);
    expect(evidence).to.deep.equal([
      'Prometheus: CheckoutSlow {alertname="CheckoutSlow", job="storefront"} pending, since 10.0 s after the fault\'s end, rule of checkout.yml, group checkout',
    ]);
  });

  it('are all listed, also those of Grafana rules that have no data or fail', () => {
    const { message, evidence } = found(
      left({ state: 'firing', since: at(2) }),
      left({ manager: 'grafana', alert: 'Bug Report', state: 'without data' }),
    );
    expect(message).to.equal('CheckoutSlow was still firing at the end (and 1 more)');
    expect(evidence[0]).to.include('since 2.0 s after the fault began');
    expect(evidence[1]).to.match(/^Grafana: Bug Report .* without data/);
  });

  it('make the check broken if they were not recorded', () => {
    const record = recordWith();
    if (record.evidence) Reflect.deleteProperty(record.evidence, 'left');
    expect(verdictOf(record, 'nothing-left').outcome).to.equal('broken');
    expect(verdictOf(recordWithout('evidence'), 'nothing-left').outcome).to.equal('broken');
  });
});
