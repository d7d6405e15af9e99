import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { readConfigFiles } from '../../configuration/config-files.ts';
import { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import { configured } from '../../configuration/paced/testing/configured.ts';
import { asRoute, lokiTenant } from '../../configuration/rules/grafana-rules.ts';
import { parseScenario } from '../../core/scenario.ts';
import { checkoutErrors } from '../../scenarios/checkout-errors.ts';
import { scenarioNamed } from '../../scenarios/index.ts';
import { shop } from '../../systems/shop/shop.ts';
import { floorsOf } from './floors.ts';

const stacks = new URL('../../stacks/', import.meta.url).pathname;
const folder = (name: string) => join(stacks, name);

async function usedFiles(): Promise<UsedFiles> {
  const places = {
    'prometheus/prometheus.yml': 'prometheus/prometheus.yml',
    'prometheus/rules/checkout.yml': 'prometheus/rules/checkout.yml',
    'alertmanager/alertmanager.yml': 'alertmanager/alertmanager.yml',
    'storefront-sidecar/sidecar.yaml': 'collector/sidecar.yaml',
    'storefront/telemetry.env': 'app/telemetry.env',
  };
  const entries = Object.entries(places).map(
    async ([used, written]) => [used, await readFile(join(folder('config'), written), 'utf8')] as const,
  );
  return new UsedFiles(await Promise.all(entries));
}

const scenario = parseScenario(checkoutErrors, 'checkout-errors');
const terms = (files: UsedFiles, errorRatio = 0.5) =>
  Object.fromEntries(
    (
      floorsOf(scenario, files, { errorRatio }, 180_000, { known: shop }).CheckoutErrorRateHigh?.detect
        .terms ?? []
    ).map(({ name, worst }) => [name, worst]),
  );

describe('floors from the configuration as used', () => {
  it('do not read the rules as written unless a rule of Grafana is meant', async () => {
    let reads = 0;
    class Counted extends WrittenFiles {
      override *[Symbol.iterator](): MapIterator<[string, string]> {
        reads += 1;
        yield* super[Symbol.iterator]();
      }
    }
    const used = await usedFiles();
    const written = new Counted([...used]);
    const before = reads;
    floorsOf(scenario, used, { errorRatio: 0.5 }, 180_000, {
      known: undefined,
      paced: { written, factor: 15 },
    });
    expect(reads - before).to.equal(0);
  });

  it('takes every setting from the file that holds it', async () => {
    expect(terms(await usedFiles())).to.include({
      export: 15_000,
      batch: 1_000,
      scrape: 15_000,
      evaluation: 15_000,
      for: 120_000,
      'group wait': 10_000,
    });
  });

  it('follows the files', async () => {
    const files = await usedFiles();
    const change = (file: string, from: string, to: string) => {
      const text = files.get(file) ?? '';
      expect(text).to.include(from);
      files.set(file, text.replace(from, to));
    };
    change(
      'storefront/telemetry.env',
      'OTEL_METRIC_EXPORT_INTERVAL=15000',
      'OTEL_METRIC_EXPORT_INTERVAL=60000',
    );
    change('storefront-sidecar/sidecar.yaml', 'timeout: 1s', 'timeout: 5s');
    change('prometheus/prometheus.yml', 'scrape_interval: 15s', 'scrape_interval: 30s');
    change('prometheus/rules/checkout.yml', 'for: 2m', 'for: 50s');
    change('alertmanager/alertmanager.yml', 'group_wait: 10s', 'group_wait: 40s');
    expect(terms(files)).to.include({
      export: 60_000,
      batch: 5_000,
      scrape: 30_000,
      for: 60_000,
      'group wait': 40_000,
    });
  });

  it('is wide for a system of which nothing is known', async () => {
    const files = await usedFiles();
    const windowOf = (known: typeof shop | undefined) =>
      floorsOf(scenario, files, { errorRatio: 0.5 }, 180_000, {
        known,
      }).CheckoutErrorRateHigh?.detect.terms.find(({ name }) => name === 'window');
    expect(windowOf(undefined)?.worst).to.be.greaterThan(windowOf(shop)?.worst ?? Infinity);
  });

  it('has none for an alert without a rule, or whose threshold the fault cannot cross', async () => {
    const files = await usedFiles();
    expect(terms(files, 0.05)).to.deep.equal({});
    files.delete('prometheus/rules/checkout.yml');
    expect(terms(files)).to.deep.equal({});
  });
});

describe('floors of rules that Grafana manages', () => {
  let written: WrittenFiles;
  before(async () => {
    written = await readConfigFiles(['config', 'config-full'].map(folder));
  });

  const floorAt = (factor: number, scenarioName: string, alert: string, ratio?: number) => {
    const used = new UsedFiles([...written].map(([path, text]) => [path, configured(path, text, factor)]));
    const history = 180_000 / factor;
    const paced = { written, factor };
    const effect = { errorRatio: ratio };
    const found = floorsOf(scenarioNamed(scenarioName), used, effect, history, { known: shop, paced })[alert];
    if (!found) throw new Error(`no floor of ${alert}`);
    return found;
  };
  const worsts = (terms: readonly { name: string; worst: number }[]) =>
    Object.fromEntries(terms.map(({ name, worst }) => [name, Math.round(worst)]));

  it('has the way of log lines, and no window when one line is enough', () => {
    const { detect } = floorAt(1, 'monthly-rent', 'Bug Report', 1);
    expect(worsts(detect.terms)).to.include({
      export: 1_000,
      batch: 1_000,
      scrape: 0,
      ingest: 100,
      window: 0,
      evaluation: 60_000,
      for: 0,
      spread: 0,
      'group wait': 10_000,
    });
    expect(detect).not.to.have.property('beyondPaceMs');
  });

  it('waits for as many lines as the rate needs, and for the window to be free of them', () => {
    const { detect, resolve } = floorAt(1, 'checkout-errors', 'Failed Payments', 0.5);
    const window = detect.terms.find(({ name }) => name === 'window');
    // Four in a minute, four a second.
    expect(window).to.include({ mean: 750, source: 'θ·W: 3 more hits after the first' });
    expect(resolve.terms.find(({ name }) => name === 'window')?.worst).to.be.within(59_000, 60_000);
  });

  it('has the expiry of a series that goes away, and no window', () => {
    const { detect, resolve } = floorAt(1, 'service-down', 'Service Down Report');
    const expiry = detect.terms.find(({ name }) => name === 'expiry');
    expect(expiry).to.include({ best: 45_000, mean: 52_500, worst: 60_000 });
    expect(worsts(detect.terms)).to.include({ scrape: 15_000, window: 0, for: 60_000 });
    expect(worsts(resolve.terms))
      .to.include({ export: 15_000, scrape: 15_000 })
      .and.not.have.property('expiry');
  });

  it('knows the threshold of a ratio, and only the length of another window', () => {
    const login = floorAt(1, 'auth-failures', 'Login Failures', 0.5).detect;
    expect(login.terms.find(({ name }) => name === 'window')?.source).to.include('θ·W/e');
    const usage = floorAt(1, 'resource-pressure', 'Resource Usage').detect;
    expect(worsts(usage.terms)).to.include({ window: 300_000, for: 120_000 });
  });

  it('says that the tick is Grafana’s own, and how much of it the pace could not divide', () => {
    const [real, fast] = [1, 15].map((factor) => floorAt(factor, 'monthly-rent', 'Bug Report', 1).detect);
    const evaluation = fast?.terms.find(({ name }) => name === 'evaluation');
    expect(evaluation).to.include({ worst: 10_000 });
    expect(evaluation?.source).to.include('Grafana');
    const beyond = (fast?.worst ?? 0) - (real?.worst ?? 0) / 15;
    expect(fast?.beyondPaceMs).to.equal(Math.round(beyond)).and.be.within(10_000, 20_000);
  });

  it('leaves Prometheus to its pace', () => {
    expect(floorAt(15, 'checkout-errors', 'CheckoutErrorRateHigh', 0.5).detect).not.to.have.property(
      'beyondPaceMs',
    );
  });

  it('takes the policy that the labels lead to', () => {
    const route = { receiver: 'a', object_matchers: [['team', '=', 'x y']], routes: [{ receiver: 'b' }] };
    expect(asRoute(route)).to.deep.equal({
      receiver: 'a',
      matchers: ['team="x y"'],
      routes: [{ receiver: 'b' }],
    });
    expect(lokiTenant(written)).to.equal('dev');
  });
});

describe('floors of metrics made of spans', () => {
  it('have the way of the spans: their export and the flush of the connector', async () => {
    const written = await readConfigFiles(['config', 'config-span-metrics'].map(folder));
    const exportOf = (change: (text: string) => string) => {
      const used = new UsedFiles([...written].map(([path, text]) => [path, change(text)]));
      const { detect } =
        floorsOf(scenarioNamed('multi-signal'), used, {}, 180_000, { known: shop })
          .CheckoutLatencyConfirmed ?? {};
      return detect?.terms.find(({ name }) => name === 'export')?.worst;
    };
    expect(exportOf((text) => text)).to.equal(20_000);
    expect(exportOf((text) => text.replace('metrics_flush_interval: 15s', ''))).to.equal(65_000);
    expect(exportOf((text) => text.replace('_SCHEDULE_DELAY=5000', '_SCHEDULE_DELAY=1000'))).to.equal(16_000);
  });
});
