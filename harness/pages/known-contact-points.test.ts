import { expect } from 'chai';
import { UsedFiles } from '../../configuration/files/files.ts';
import { destinationOf } from '../../core/receivers/destination.ts';
import { restrictedToStack } from '../../core/scenario.ts';
import { scenarioNamed } from '../../scenarios/index.ts';
import {
  contactPointsOf,
  type KnownContactPoint,
  knownContactPoints,
  openContactPoints,
  partsOf,
  runningContactPoints,
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

  it('is identified by the address, and by the channel if several contact points share the address', () => {
    expect(contactPointsOf(sent('/services/T0/B0/x', '#platform'), all)).to.deep.equal(['platform']);
    expect(contactPointsOf(sent('/services/T0/B1/y'), all)).to.deep.equal(['other']);
  });

  it('is every contact point with the same address', () => {
    const anyChannel: KnownContactPoint = { ...templated, digest: digestOf('/services/T0/B0/x') };
    const twice = [...all, anyChannel, anyChannel];
    expect(contactPointsOf(sent('/services/T0/B0/x', '#payments'), twice)).to.deep.equal([
      'payments',
      'also',
    ]);
  });

  it('is none for an unknown address, or for one of another kind', () => {
    expect(contactPointsOf(sent('/services/T0/B9/z'), all)).to.deep.equal([]);
    expect(contactPointsOf(sent('k'), all)).to.deep.equal([]);
    expect(contactPointsOf({ receiver: 'slack' }, all)).to.deep.equal([]);
  });
});

describe('the contact points of a drill', () => {
  it('contain no secret of the configuration', () => {
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

describe('the parts that a contact point fills', () => {
  const fillsOf = (key: string, settings: object) => {
    const receivers = [{ name: 'a', [key]: [settings] }];
    const files = new UsedFiles([['alertmanager/alertmanager.yml', JSON.stringify({ receivers })]]);
    return knownContactPoints(files)[0]?.fills;
  };

  it('are those whose templates print something', () => {
    const description = '{{ if .Alerts.Firing }}fires{{ end }}';
    expect(fillsOf('discord_configs', { message: 'always', title: description })?.resolved).to.deep.equal({
      'embeds[0].title': false,
      'embeds[0].description': true,
    });
  });

  it('are none in a resolution that carries no texts', () => {
    const fills = fillsOf('opsgenie_configs', { message: 'm', description: 'always' });
    expect(fills?.firing).to.include({ message: true, description: true });
    expect(fills?.resolved).to.deep.equal({});
    expect(partsOf([{ field: 'message', text: 'Closed: m' }], fills?.resolved ?? {})).to.deep.equal([
      { field: 'message', text: 'Closed: m' },
    ]);
  });
});

describe('the contact points of running components', () => {
  it('have no address where it is hidden, also behind the scheme of a token', () => {
    const file = `
receivers:
  - name: a
    slack_configs: [{ api_url: <secret>, channel: '#a' }]
    opsgenie_configs: [{ api_key: <secret> }]
    webhook_configs: [{ url: 'http://127.0.0.1:1/hook' }]
`;
    const found = runningContactPoints(new UsedFiles([['alertmanager/alertmanager.yml', file]]));
    expect(found.map(({ kind, hidden, digest }) => [kind, hidden, digest])).to.have.deep.members([
      ['slack', true, undefined],
      ['opsgenie', true, undefined],
      ['webhook', undefined, digestOf('/hook')],
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

  it('is accepted if the configuration has them', () => {
    expect(unknownContactPoints(through('payments'), [point('payments')])).to.deep.equal([]);
    expect(unknownContactPoints(scenario, [])).to.deep.equal([]);
  });

  it('is refused if no contact point of this name leads to the receiver, and shows those that do', () => {
    const has = [point('payments'), point('paymnets', { kind: 'webhook' })];
    expect(unknownContactPoints(through('paymnets'), has)).to.deep.equal([
      {
        where: 'checkout-errors: expectations[0].contactPoint',
        message:
          'no receiver of Alertmanager (alertmanager/alertmanager.yml) and no contact point of Grafana named "paymnets" leads to slack',
        hint: 'did you mean payments?',
      },
    ]);
    expect(unknownContactPoints(through('payments'), [])[0]?.hint).to.equal('there are none');
  });

  it('is refused if an escalation names one that does not exist', () => {
    const escalatesTo = { receiver: 'pagerduty', contactPoint: 'on-call', after: '15m' } as const;
    const escalating = {
      ...scenario,
      expectations: scenario.expectations.map((one) => (one.kind === 'page' ? { ...one, escalatesTo } : one)),
    };
    expect(unknownContactPoints(escalating, [point('payments')]).map(({ where }) => where)).to.deep.equal([
      'checkout-errors: expectations[0].escalatesTo.contactPoint',
    ]);
  });
});

describe('a scenario that names no contact point', () => {
  const scenario = restrictedToStack(scenarioNamed('checkout-errors'), 'metrics');
  const told = (...points: KnownContactPoint[]) => openContactPoints(scenario, points, () => 'prometheus');

  it('is told which ones count, if several of the manager lead to the receiver', () => {
    expect(told(point('payments'), point('search'))).to.deep.equal([
      'a page of CheckoutErrorRateHigh counts whether it comes through payments or search, which all lead to slack: if only one is right, name it as contactPoint in the scenario',
    ]);
  });

  it('is told nothing if one does, or if the others are of another kind or another manager', () => {
    expect(told(point('payments'), point('payments'))).to.deep.equal([]);
    const others = [point('hook', { kind: 'webhook' }), point('search', { manager: 'grafana' })];
    expect(told(point('payments'), ...others)).to.deep.equal([]);
  });
});

describe('the parts of a message', () => {
  const files = new UsedFiles([
    [
      'alertmanager/alertmanager.yml',
      `
receivers:
  - name: a
    slack_configs:
      - api_url: http://127.0.0.1:1/services/T0/B0/x
        text: '{{ template "team.text" . }}'
        pretext: ''
        footer: '{{ if eq .Status "resolved" }}{{ .CommonAnnotations.end }}{{ end }}'
        fields: [{ title: zone, value: '{{ .CommonLabels.zone }}' }, { title: note, value: '' }]
    pagerduty_configs:
      - { routing_key: k, description: '{{ .CommonAnnotations.summary }}', details: { owner: '{{ .CommonLabels.team }}' } }
`,
    ],
    [
      'alertmanager/templates/team.tmpl',
      '{{ define "team.text" }}{{ range .Alerts }}{{ .Annotations.text }}{{ end }}{{ end }}',
    ],
    [
      'grafana/provisioning/alerting/points.yaml',
      `
contactPoints:
  - name: b
    receivers:
      - { uid: a, type: telegram, settings: { bottoken: '1:a', chatid: -100, message: '{{ template "mine" . }}' } }
      - { uid: b, type: webhook, settings: { url: 'http://127.0.0.1:1/x', message: '{{ .CommonAnnotations.summary }}', title: '' } }
templates:
  - { name: mine, template: '{{ .CommonAnnotations.description }}' }
`,
    ],
  ]);
  const [slack, pagerduty, telegram, webhook] = knownContactPoints(files).map(({ fills }) => fills);

  it('are marked as filled according to the settings of their notifier', () => {
    expect(slack).to.deep.equal({
      firing: {
        'attachments[0].text': true,
        'attachments[0].pretext': false,
        'attachments[0].footer': false,
        'attachments[0].fields[zone]': true,
        'attachments[0].fields[note]': false,
      },
      resolved: {
        'attachments[0].text': true,
        'attachments[0].pretext': false,
        'attachments[0].footer': true,
        'attachments[0].fields[zone]': true,
        'attachments[0].fields[note]': false,
      },
    });
    expect(pagerduty?.firing).to.deep.equal({
      'payload.summary': true,
      'payload.custom_details.owner': true,
    });
    expect(telegram?.firing).to.deep.equal({ text: true });
    expect(webhook?.firing).to.deep.equal({ title: false, message: true });
  });

  it('include blank parts that a notifier leaves out', () => {
    const text = (field: string, words = '') => ({ field, text: words });
    const parts = partsOf(
      [text('attachments[0].fallback', 'A'), text('attachments[0].pretext')],
      slack?.firing ?? {},
    );
    expect(parts).to.deep.equal([
      text('attachments[0].fallback', 'A'),
      { ...text('attachments[0].pretext'), written: false },
      { ...text('attachments[0].text'), written: true },
      { ...text('attachments[0].fields[zone]'), written: true },
    ]);
  });
});
