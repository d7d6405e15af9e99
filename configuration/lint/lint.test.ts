import { expect } from 'chai';
import { stringify } from 'yaml';
import { WrittenFiles } from '../files/files.ts';
import { lint } from './lint.ts';

const sound = {
  alert: 'OrdersFail',
  expr: 'rate(errors_total[1m]) > 1',
  labels: { severity: 'page' },
  annotations: { summary: 'Orders fail', runbook_url: 'https://wiki.example/orders' },
};
const routes = {
  receiver: 'mail',
  routes: [{ matchers: ['severity = page'], receiver: 'pagerduty' }],
};
const pagerduty = {
  name: 'pagerduty',
  pagerduty_configs: [{ description: '{{ .CommonAnnotations.summary }}' }],
};

function found(
  rule: object = sound,
  route: object = routes,
  receiver: object = pagerduty,
  more: Readonly<Record<string, string>> = {},
): string[] {
  const files = new WrittenFiles(
    Object.entries({
      'prometheus/prometheus.yml': stringify({ global: { scrape_interval: '15s' } }),
      'prometheus/rules/shop.yml': stringify({ groups: [{ name: 'shop', rules: [rule] }] }),
      'alertmanager/alertmanager.yml': stringify({ route, receivers: [{ name: 'mail' }, receiver] }),
      ...more,
    }),
  );
  return lint(files).map(({ kind, where, message, hint }) => `${kind} ${where}: ${message} → ${hint}`);
}

describe('lint', () => {
  it('finds nothing in files that are sound', () => {
    expect(found()).to.deep.equal([]);
  });

  const cases: [what: string, findings: string[], expected: RegExp][] = [
    [
      'an alert without a runbook',
      found({ ...sound, annotations: { summary: 'x' } }),
      /^no-runbook prometheus\/rules\/shop\.yml:\d+: groups\[shop\]\.rules\[OrdersFail\]: OrdersFail has no runbook/,
    ],
    [
      'the value in a label',
      found({ ...sound, labels: { severity: 'page', now: '{{ $value }}' } }),
      /^value-in-label .*labels\.now: the label now of OrdersFail contains the value/,
    ],
    [
      'an operand of `or` without a comparison',
      found({ ...sound, expr: 'sum(rate(errors_total[5m])) or vector(0) > 1' }),
      /^uncompared-operand .*expr: sum\(rate\(errors_total\[5m\]\)\) is an operand of `or` and compared with nothing: OrdersFail is true/,
    ],
    [
      'a counter that is compared by its own value',
      found({ ...sound, expr: 'sum(errors_total) > 1' }),
      /^raw-counter .*expr: errors_total is a counter by its name, and its own value is compared: once true, OrdersFail stays true/,
    ],
    [
      'a window shorter than two scrapes',
      found({ ...sound, expr: 'rate(errors_total[20s]) > 1' }),
      /^short-window .*expr: errors_total\[20s\] is shorter than two scrapes of 15\.0 s/,
    ],
    [
      'an annotation that no alert has',
      found(sound, routes, {
        name: 'pagerduty',
        pagerduty_configs: [{ description: '{{ .CommonAnnotations.description }}' }],
      }),
      /^unused-annotation alertmanager\/alertmanager\.yml:\d+: receivers\[pagerduty\].*description: it shows the annotation description, .* → they have runbook_url, summary/,
    ],
    [
      'an alert that no route matches',
      found(sound, {
        receiver: 'mail',
        routes: [{ matchers: ['severity = critical'], receiver: 'pagerduty' }],
      }),
      /^default-route .*no route matches OrdersFail: it goes to the root's receiver mail/,
    ],
    [
      'an alert of the highest severity that is muted at night',
      found(
        { ...sound, labels: { severity: 'critical' } },
        {
          receiver: 'mail',
          routes: [
            { matchers: ['severity = critical'], receiver: 'pagerduty', mute_time_intervals: ['nights'] },
          ],
        },
      ),
      /^muted-critical .*OrdersFail, of severity critical, notifies nobody in nights/,
    ],
    [
      'a route that no alert can take',
      found(sound, {
        ...routes,
        routes: [...routes.routes, { matchers: ['severity = ticket'], receiver: 'mail' }],
      }),
      /^unused-route alertmanager\/alertmanager\.yml:\d+: route\.routes\[1\]: no alert of the rules can take this route/,
    ],
  ];
  for (const [what, findings, expected] of cases)
    it(`finds ${what}`, () => {
      const [first = '', ...others] = findings.filter((one) => expected.test(one));
      expect(first, findings.join('\n')).to.match(expected);
      expect(others).to.deep.equal([]);
    });

  it('finds annotations in templates, in either form', () => {
    const template = '{{ define "x" }}{{ .Annotations.impact }}{{ index .Annotations "dashboard" }}{{ end }}';
    const named = found(sound, routes, pagerduty, { 'alertmanager/templates/x.tmpl': template });
    expect(named.map((one) => /the annotation (\w+)/.exec(one)?.[1])).to.deep.equal(['impact', 'dashboard']);
  });

  it('does not blame a route on a label that the series may have', () => {
    const route = { receiver: 'mail', routes: [{ matchers: ['job = web'], receiver: 'pagerduty' }] };
    expect(found(sound, route)).to.deep.equal([]);
  });

  it('does not blame a window of a function that needs one sample', () => {
    for (const called of ['max_over_time', 'changes', 'resets'])
      expect(found({ ...sound, expr: `${called}(queue_depth[20s]) > 5` })).to.deep.equal([]);
  });

  it('finds what there is beside what cannot be read', () => {
    const broken = { ...sound, expr: 'rate(errors_total[20s]', annotations: {} };
    const two = stringify({
      groups: [{ name: 'shop', rules: [broken, { ...sound, expr: 'rate(x[20s]) > 1' }] }],
    });
    const kinds = (more: Readonly<Record<string, string>>, route: object = routes) =>
      found(sound, route, pagerduty, more).map((one) => one.split(' ')[0]);
    expect(kinds({ 'prometheus/rules/shop.yml': two })).to.deep.equal(['no-runbook', 'short-window']);
    const unreadable = { ...routes, routes: [{ matchers: ['severity="page'], receiver: 'pagerduty' }] };
    expect(kinds({ 'prometheus/rules/shop.yml': two }, unreadable)).to.deep.equal([
      'no-runbook',
      'short-window',
    ]);
    expect(kinds({ 'prometheus/rules/shop.yml': two, 'prometheus/rules/b.yml': 'groups: [' })).to.deep.equal([
      'no-runbook',
      'short-window',
    ]);
  });

  it('does not take an annotation or a route for unused because of a file that cannot be read', () => {
    const other = { ...sound, labels: { severity: 'none' }, annotations: { runbook: 'x' } };
    expect(found(other).map((one) => one.split(' ')[0])).to.include.members([
      'unused-annotation',
      'unused-route',
    ]);
    expect(found(other, routes, pagerduty, { 'prometheus/rules/b.yml': 'groups: [' })).to.deep.equal([]);
  });
});
