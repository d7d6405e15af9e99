import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { Place } from '../files/place.ts';
import { readSloFile } from './slo-file.ts';

const path = 'slos/shop.yaml';
const read = (text: string) => readSloFile(path, text, new Place('mine/shop.yaml', text));

/** Every problem as `where`, message, and the beginning of the hint. */
function told(text: string): string[][] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error;
    expect(error.exitCode).to.equal(2);
    return error.problems.map(({ where, message, hint = '' }) => [
      where.replace('mine/shop.yaml', 'f'),
      message,
      hint.replace(/ known: .*/, ''),
    ]);
  }
  return [];
}

const events = `events:
        error_query: sum(rate(errors_total[{{.window}}]))
        total_query: sum(rate(attempts_total[{{ .window }}]))`;
/** A file with one SLO, whose parts begin on lines 4 to 8. */
const file = (parts: { objective?: string; sli?: string; alerting?: string } = {}) => `version: prometheus/v1
service: shop
slos:
  - name: checkout
    objective: ${parts.objective ?? '99.9'}
    sli:
      ${parts.sli ?? events}
    alerting: ${parts.alerting ?? '{ name: Burn }'}
`;

describe('readSloFile', () => {
  it('takes every part of the form', () => {
    const text = `---
version: "prometheus/v1"
service: shop
labels: { team: payments }
slo_plugins: { chain: [{ id: sloth.dev/contrib/info_labels/v1, config: { labels: { a: b } }, priority: 10 }] }
slos:
  - name: checkout-success
    objective: 99.9
    description: Checkouts that succeed
    labels: { tier: "1" }
    sli:
      ${events}
    alerting:
      name: Burn
      labels: { area: shop }
      annotations: { runbook: https://runbooks.internal/a/b }
      page_alert: { labels: { severity: page }, annotations: { summary: fast } }
      ticket_alert: { disable: true }
  - name: probe
    objective: 95
    plugins: { overridePrevious: false, chain: [] }
    sli: { raw: { error_ratio_query: "1 - avg(avg_over_time(up[{{.window}}]))" } }
    alerting: { page_alert: { disable: true }, ticket_alert: { disable: true } }
`;
    const { service, slos } = read(text);
    expect(service).to.equal('shop');
    expect(slos.map(({ name, objective }) => [name, objective])).to.deep.equal([
      ['checkout-success', 99.9],
      ['probe', 95],
    ]);
    expect(slos[0]?.alerting?.page_alert?.labels).to.deep.equal({ severity: 'page' });
    expect(read(file()).slos).to.have.lengthOf(1);
  });

  it('names every misspelt key, and the one that was meant', () => {
    const text = `version: prometheus/v1
servise: shop
slos:
  - name: checkout
    objectiv: 99.9
    sli:
      event: { error_query: a, total_query: b }
    alerting:
      nmae: Burn
      page_alerts: { label: { severity: page } }
      ticket_alert: { lables: {} }
`;
    const key = 'there is no such key';
    expect(told(text)).to.have.deep.members([
      ['f:2: servise', key, 'did you mean service?'],
      ['f:5: slos[checkout].objectiv', key, 'did you mean objective?'],
      ['f:7: slos[checkout].sli.event', key, 'did you mean events?'],
      ['f:9: slos[checkout].alerting.nmae', key, 'did you mean name?'],
      ['f:10: slos[checkout].alerting.page_alerts', key, 'did you mean page_alert?'],
      ['f:11: slos[checkout].alerting.ticket_alert.lables', key, 'did you mean labels?'],
    ]);
  });

  it('tells of a misspelt key once, not of what it should have held', () => {
    for (const [key, misspelt] of [
      ['alerting', 'alertin'],
      ['sli', 'slii'],
      ['objective', 'objectve'],
    ] as const) {
      const found = told(file().replace(`    ${key}:`, `    ${misspelt}:`));
      expect(found.map(([, ...rest]) => rest)).to.deep.equal([
        ['there is no such key', `did you mean ${key}?`],
      ]);
    }
  });

  it('tells what is of another form, or lacks', () => {
    const text = `version: prometheus/v2
service: "-shop"
labels: { tier: 1 }
slos:
  - name: a
    objective: "99.9"
    sli: {}
  - name: ok
    objective:
    sli: { raw: { } }
    alerting: { name: Burn, page_alert: { disable: "yes" } }
  - name: ok
    objective: 99
    sli: { raw: { error_ratio_query: "" } }
    alerting: { name: "" }
`;
    expect(told(text).map(([where, message]) => `${where}: ${message}`)).to.have.members([
      'f:1: version: there is no "prometheus/v2"',
      'f:2: service: "-shop" is no name for sloth; expected at least two of letters, digits, ".", "_" and "-", with a letter or digit at both ends',
      'f:3: labels.tier: is a number; expected a text',
      'f:5: slos[a].name: "a" is no name for sloth; expected at least two of letters, digits, ".", "_" and "-", with a letter or digit at both ends',
      'f:6: slos[a].objective: is a text; expected a number',
      'f:7: slos[a].sli: counts nothing; expected events or raw',
      'f:5: slos[a].alerting.name: is missing: it is the name of the alerts',
      'f:9: slos[1].objective: is empty; expected a number',
      'f:10: slos[1].sli.raw.error_ratio_query: is missing; expected a text',
      'f:11: slos[1].alerting.page_alert.disable: is a text; expected true or false',
      'f:14: slos[2].sli.raw.error_ratio_query: must not be empty',
      'f:15: slos[2].alerting.name: is missing: it is the name of the alerts',
      'f:12: slos[2].name: the SLO at f:8 is called ok too'.replace('at f', 'at mine/shop.yaml'),
    ]);
    expect(told('version: prometheus/v1\nservice: shop\nslos: []\n')).to.deep.equal([
      ['f:3: slos', 'is too short; expected at least 1 in the list', ''],
    ]);
  });

  for (const [objective, follows] of [
    ['100', /^is 100 %, which leaves no error budget: every threshold is 0, and one failure fires/],
    ['100.5', /^is 100.5 %, which leaves no error budget/],
    ['0', /^is 0 %: every request may fail, and no error ratio is above/],
    ['-1', /^is -1 %: every request may fail/],
    ['93', /no outage reaches page at 14\.4× \(above 100\.8 % errors\)/],
    ['80', /no outage reaches page at 14\.4× \(above 288 % errors\) and page at 6× \(above 120 % errors\)/],
    ['60', /page at 14\.4× .* and page at 6× .* and ticket at 3× \(above 120 % errors\)/],
  ] as const) {
    it(`refuses an objective of ${objective}, and says what would follow`, () => {
      const [[where, message, hint] = [], ...more] = told(file({ objective }));
      expect(more).to.deep.equal([]);
      expect(where).to.equal('f:5: slos[checkout].objective');
      expect(message).to.match(follows);
      expect(hint).not.to.equal('');
    });
  }

  for (const objective of ['93.06', '99.9', '99.999']) {
    it(`takes an objective of ${objective}`, () => {
      expect(told(file({ objective }))).to.deep.equal([]);
    });
  }

  it('says which objective is in reach, and asks only for the alerts that there are', () => {
    expect(told(file({ objective: '93' }))[0]?.[2]).to.equal(
      '14.4× needs an objective above 93.06 %; or set page_alert.disable: true',
    );
    const noPage = '{ name: Burn, page_alert: { disable: true } }';
    expect(told(file({ objective: '70', alerting: noPage }))).to.deep.equal([]);
    expect(told(file({ objective: '66', alerting: noPage }))).to.have.lengthOf(1);
    const noTicket = '{ name: Burn, ticket_alert: { disable: true } }';
    expect(told(file({ objective: '60', alerting: noTicket }))[0]?.[1]).not.to.contain('ticket');
    const neither = '{ page_alert: { disable: true }, ticket_alert: { disable: true } }';
    expect(told(file({ objective: '10', alerting: neither }))).to.deep.equal([]);
  });

  it('recognises an objective that is written as a share', () => {
    expect(told(file({ objective: '0.999' }))[0]?.[2]).to.contain('99.9 if 0.999 is meant as a share');
  });

  it('refuses queries without a window, of an unknown language, and the same twice', () => {
    const sli = `events:
        error_query: sum(rate(errors_total[5m]))
        total_query: sum(rate(attempts_total[{{.windows}}]))`;
    const window = 'has no {{.window}}, so that every window of the alerts would be the same';
    expect(told(file({ sli }))).to.deep.equal([
      ['f:8: slos[checkout].sli.events.error_query', window, 'write the range as [{{.window}}]'],
      ['f:9: slos[checkout].sli.events.total_query', window, 'write the range as [{{.window}}]'],
    ]);
    const [parsed] = told(file({ sli: 'raw: { error_ratio_query: "sum(rate(a[{{.window}}])" }' }));
    expect(parsed?.[0]).to.equal('f:7: slos[checkout].sli.raw.error_ratio_query');
    expect(parsed?.[1]).to.contain('PromQL expression');
    const same = 'sum(rate(a[{{.window}}]))';
    expect(told(file({ sli: `events: { error_query: "${same}", total_query: "${same}" }` }))).to.deep.equal([
      [
        'f:7: slos[checkout].sli.events.error_query',
        'is the same as total_query, so every event is an error',
        '',
      ],
    ]);
  });

  it('refuses a plugin, with a hint, and two kinds at once', () => {
    const [plugin] = told(file({ sli: 'plugin: { id: a/b, options: { c: d } }' }));
    expect(plugin?.[0]).to.equal('f:7: slos[checkout].sli.plugin');
    expect(plugin?.[1]).to.contain('a drill does not load plugins');
    expect(plugin?.[2]).to.contain('raw:');
    expect(
      told(file({ sli: `raw: { error_ratio_query: "a[{{.window}}]" }\n      ${events}` })),
    ).to.deep.equal([['f:6: slos[checkout].sli', 'has both events and raw', 'leave one of them out']]);
  });

  it('refuses what is no file of SLOs', () => {
    expect(told('a: [')[0]?.[0]).to.equal('f:1');
    expect(told('- a')[0]?.[1]).to.equal('expected a map (key: value)');
    expect(told('apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\n')[0]?.[1]).to.contain(
      'Kubernetes resource (PrometheusServiceLevel)',
    );
  });
});
