import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parseScenario } from '../core/scenario.ts';
import { checkoutErrors } from '../scenarios/checkout-errors.ts';
import { floorsOf, type UsedFiles } from './floors.ts';

const config = new URL('../stacks/config/', import.meta.url);

async function usedFiles(): Promise<Map<string, string>> {
  const places = {
    'prometheus/prometheus.yml': 'prometheus/prometheus.yml',
    'prometheus/rules/checkout.yml': 'prometheus/rules/checkout.yml',
    'alertmanager/alertmanager.yml': 'alertmanager/alertmanager.yml',
    'storefront-sidecar/sidecar.yaml': 'collector/sidecar.yaml',
    'storefront/telemetry.env': 'app/telemetry.env',
  };
  const entries = Object.entries(places).map(
    async ([used, written]) => [used, await readFile(new URL(written, config), 'utf8')] as const,
  );
  return new Map(await Promise.all(entries));
}

const scenario = parseScenario(checkoutErrors, 'checkout-errors');
const terms = (files: UsedFiles, errorRatio = 0.5) =>
  Object.fromEntries(
    (floorsOf(scenario, files, errorRatio, 180_000).CheckoutErrorRateHigh?.detect.terms ?? []).map(
      ({ name, worst }) => [name, worst],
    ),
  );

describe('floors from the configuration as used', () => {
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

  it('has none for an alert without a rule, or whose threshold the fault cannot cross', async () => {
    const files = await usedFiles();
    expect(terms(files, 0.05)).to.deep.equal({});
    files.delete('prometheus/rules/checkout.yml');
    expect(terms(files)).to.deep.equal({});
  });
});
