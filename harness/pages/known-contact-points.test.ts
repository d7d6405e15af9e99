import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { destinationOf } from '../../core/receivers/destination.ts';
import { restrictedToStack } from '../../core/scenario.ts';
import { scenarioNamed } from '../../scenarios/index.ts';
import {
  contactPointsOf,
  type KnownContactPoint,
  knownContactPoints,
  unknownContactPoints,
} from './known-contact-points.ts';

const digestOf = (address: string) => destinationOf({ address: [address] }).digest;
const templated: KnownContactPoint = { name: 'also', manager: 'alertmanager', kind: 'slack' };
const point = (name: string, rest: Partial<KnownContactPoint> = {}): KnownContactPoint => ({
  ...{ ...templated, name, digest: digestOf('/services/T0/B0/x'), detail: '' },
  ...rest,
});
const sent = (address: string, detail = '') => ({
  receiver: 'slack' as const,
  destination: destinationOf({ address: [address], detail }),
});

describe('the contact point of a delivery', () => {
  const all = [
    point('payments', { detail: '#payments' }),
    point('platform', { detail: '#platform' }),
    point('other', { digest: digestOf('/services/T0/B1/y') }),
    point('pages', { kind: 'pagerduty', digest: digestOf('k') }),
    templated,
  ];

  it('is told by the address, and by the channel where several share it', () => {
    expect(contactPointsOf(sent('/services/T0/B0/x', '#platform'), all)).to.deep.equal(['platform']);
    expect(contactPointsOf(sent('/services/T0/B1/y'), all)).to.deep.equal(['other']);
  });

  it('is each of those that lead to the same place', () => {
    const anyChannel: KnownContactPoint = { ...templated, digest: digestOf('/services/T0/B0/x') };
    const twice = [...all, anyChannel, anyChannel];
    expect(contactPointsOf(sent('/services/T0/B0/x', '#payments'), twice)).to.deep.equal([
      'payments',
      'also',
    ]);
  });

  it('is none for an address of nobody, or of another kind', () => {
    expect(contactPointsOf(sent('/services/T0/B9/z'), all)).to.deep.equal([]);
    expect(contactPointsOf(sent('k'), all)).to.deep.equal([]);
    expect(contactPointsOf({ receiver: 'slack' }, all)).to.deep.equal([]);
  });
});

describe('the contact points of a drill', () => {
  it('have no secret of the configuration', () => {
    const file = `
receivers:
  - name: payments
    slack_configs: [{ api_url: 'http://127.0.0.1:1/services/T0/B0/x', channel: '#payments', send_resolved: true }]
    pagerduty_configs: [{ routing_key: '{{ .GroupLabels.key }}' }]
`;
    const own = { name: 'payments', manager: 'alertmanager' };
    expect(knownContactPoints(new UsedFiles([['alertmanager/alertmanager.yml', file]]))).to.deep.equal([
      { ...own, kind: 'slack', detail: '#payments', digest: digestOf('/services/T0/B0/x') },
      { ...own, kind: 'pagerduty' },
    ]);
  });
});

describe('a scenario that names contact points', () => {
  const scenario = restrictedToStack(scenarioNamed('checkout-errors'), 'metrics');
  const through = (contactPoint: string) => ({
    ...scenario,
    expectations: scenario.expectations.map((one) =>
      one.kind === 'page' && one.receiver === 'slack' ? { ...one, contactPoint } : one,
    ),
  });

  it('is taken where the configuration has them', () => {
    expect(unknownContactPoints(through('payments'), [point('payments')])).to.deep.equal([]);
    expect(unknownContactPoints(scenario, [])).to.deep.equal([]);
  });

  it('is refused where it has none of the name for that receiver, with those that it has', () => {
    const has = [point('payments'), point('paymnets', { kind: 'webhook' })];
    expect(unknownContactPoints(through('paymnets'), has)).to.deep.equal([
      {
        where: 'checkout-errors: expectations[0].contactPoint',
        message:
          'no receiver of Alertmanager and no contact point of Grafana named "paymnets" leads to slack',
        hint: 'those that do: payments',
      },
    ]);
    expect(unknownContactPoints(through('payments'), [])[0]?.hint).to.equal('none of the configuration does');
  });
});
