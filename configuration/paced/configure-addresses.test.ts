import { expect } from 'chai';
import { parse } from 'yaml';
import { Problems } from '../../core/problems.ts';
import { problemsOf } from '../../core/testing/problems-of.ts';
import { Place } from '../files/place.ts';
import { configure } from './configure.ts';
import { configured } from './testing/configured.ts';

describe('addresses in configuration', () => {
  const rewriteAddresses = (text: string) => text.replaceAll('orders:8889', '127.0.0.1:20001');

  it('are changed in values of any file, and not in keys', () => {
    const text =
      'scrape_configs:\n  - static_configs:\n      - targets: ["orders:8889"]\n        labels: { "orders:8889": x }\n';
    const used = parse(configured('prometheus/prometheus.yml', text, 1, rewriteAddresses));
    expect(used.scrape_configs[0].static_configs).to.deep.equal([
      { targets: ['127.0.0.1:20001'], labels: { 'orders:8889': 'x', instance: 'orders:8889' } },
    ]);
    expect(configured('app/a.env', 'A=orders:8889', 1, rewriteAddresses)).to.equal('A=127.0.0.1:20001');
  });

  it('stay the label `instance` of their targets, unless the configuration makes another one', () => {
    const groups = (job: object) =>
      parse(
        configured(
          'prometheus/prometheus.yml',
          JSON.stringify({ scrape_configs: [job] }),
          1,
          rewriteAddresses,
        ),
      ).scrape_configs[0].static_configs;
    const written = [{ targets: ['other:1', 'orders:8889'], labels: { team: 'shop' } }];
    expect(groups({ static_configs: written })).to.deep.equal([
      { targets: ['other:1'], labels: { team: 'shop', instance: 'other:1' } },
      { targets: ['127.0.0.1:20001'], labels: { team: 'shop', instance: 'orders:8889' } },
    ]);
    const own = [{ targets: ['orders:8889'], labels: { instance: 'orders' } }];
    expect(groups({ static_configs: own })).to.deep.equal([{ ...own[0], targets: ['127.0.0.1:20001'] }]);
    const relabel_configs = [{ source_labels: ['__address__'], target_label: 'instance' }];
    expect(groups({ static_configs: written, relabel_configs })).to.deep.equal([
      { ...written[0], targets: ['other:1', '127.0.0.1:20001'] },
    ]);
    const untouched = [{ targets: ['other:1'] }];
    expect(groups({ static_configs: untouched })).to.deep.equal(untouched);
  });

  it('stay in the labels of targets, but for what a prober is asked', () => {
    const labels = { __meta_a: 'orders:8889', service: 'orders:8889', __param_target: 'http://orders:8889/' };
    const job = { static_configs: [{ targets: ['other:1'], labels }] };
    const text = JSON.stringify({ scrape_configs: [job] });
    const used = parse(configured('prometheus/prometheus.yml', text, 1, rewriteAddresses));
    expect(used.scrape_configs[0].static_configs[0].labels).to.deep.equal({
      ...labels,
      __param_target: 'http://127.0.0.1:20001/',
    });
  });

  it('that cannot be are told with their place, each of them', () => {
    const refuse = (text: string) => {
      if (text.includes(':99')) throw new Error(`nothing listens on ${text}`);
      return text;
    };
    const text = 'a: [ok, "b:99"]\nc: { d: "e:99" }\n';
    expect(problemsOf(() => configured('collector/a.yaml', text, 1, refuse))).to.deep.equal([
      { where: 'collector/a.yaml:1: a[1]', message: 'nothing listens on b:99' },
      { where: 'collector/a.yaml:2: c.d', message: 'nothing listens on e:99' },
    ]);
    expect(
      problemsOf(() => configured('app/a.env', 'A=ok\nB=b:99\n# c:99\nD=d:99', 1, refuse)),
    ).to.deep.equal([
      { where: 'app/a.env:2', message: 'nothing listens on b:99' },
      { where: 'app/a.env:4', message: 'nothing listens on d:99' },
    ]);
  });
});

describe('where configured notifiers lead', () => {
  const used = (text: string) =>
    parse(configured('alertmanager/alertmanager.yml', text, 1, (written) => written));

  it('a webhook, whatever its host, to the emulated one', () => {
    const { receivers } = used(`receivers:
- name: a
  webhook_configs:
    - url: https://ops.example.com:8443/hook/a?team=x
    - url: nonsense
  slack_configs:
    - api_url: https://hooks.slack.com/services/T/B/X
`);
    expect(receivers[0].webhook_configs).to.deep.equal([
      { url: 'http://webhook.internal/hook/a?team=x' },
      { url: 'nonsense' },
    ]);
    expect(receivers[0].slack_configs).to.deep.equal([{ api_url: 'https://hooks.slack.com/services/T/B/X' }]);
  });

  it('a webhook to a component of the stack that takes it, and no other', () => {
    const text =
      'receivers: [{ webhook_configs: [{ url: "http://rollback:3006/alerts" }, { url: "http://rollback:3007/" }] }]';
    const webhooks = new Set(['rollback:3006']);
    const rewriteAddresses = (written: string) => written.replaceAll('rollback:3006', '127.0.0.1:20006');
    const problems = new Problems();
    const path = 'alertmanager/alertmanager.yml';
    const source = { path, text, place: new Place(path, text) };
    const { receivers } = parse(configure(source, { factor: 1, rewriteAddresses, webhooks }, problems) ?? '');
    expect(problems.all).to.deep.equal([]);
    expect(receivers[0].webhook_configs).to.deep.equal([
      { url: 'http://127.0.0.1:20006/alerts' },
      { url: 'http://webhook.internal/' },
    ]);
  });

  it('PagerDuty, when the configuration names no address, to an address that is ours to change', () => {
    const paged = 'receivers: [{ name: a, pagerduty_configs: [{ routing_key: k }] }]\n';
    expect(used(paged).global).to.deep.equal({
      pagerduty_url: 'https://events.pagerduty.com/v2/enqueue',
    });
    expect(used('route: { receiver: a }\n').global).to.equal(undefined);
    expect(used(`global: { pagerduty_url: https://eu.example.com/v2 }\n${paged}`).global).to.deep.equal({
      pagerduty_url: 'https://eu.example.com/v2',
    });
  });
});
