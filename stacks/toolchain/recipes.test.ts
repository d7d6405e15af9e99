import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { filesIn } from './cache-key.ts';
import { recipes } from './recipes.ts';

interface Manifest {
  readonly dist: { readonly version: string };
  readonly [kind: string]: unknown;
}

const textOf = (folder: string, ...path: string[]) => readFile(join(folder, ...path), 'utf8');

describe('recipes', () => {
  it('are found under their own names, and no two make the same binary', () => {
    for (const [name, { tool }] of Object.entries(recipes)) expect(tool).to.equal(name);
    const binaries = Object.values(recipes).flatMap((recipe): readonly string[] => recipe.binaries);
    expect(new Set(binaries)).to.have.lengthOf(binaries.length);
  });

  it('pin every go.mod with a go.sum', async () => {
    for (const { folder } of Object.values(recipes)) {
      const files = await filesIn(folder);
      const modules = files.filter((path) => path.endsWith('go.mod'));
      expect(modules).not.to.have.lengthOf(0);
      for (const path of modules) expect(files).to.include(path.replace(/mod$/, 'sum'));
    }
  });

  it('name the versions that their modules pin', async () => {
    const { prometheus, alertmanager, k6, toxiproxy, collector, loki, tempo } = recipes;
    // Prometheus x.y.z is published as the module version v0.(100x+y).z.
    const [major = 0, minor = 0, patch = 0] = prometheus.version.split('.').map(Number);
    expect(await textOf(prometheus.folder, 'go.mod')).to.contain(
      `github.com/prometheus/prometheus v0.${100 * major + minor}.${patch} `,
    );
    for (const [text, module, { version }] of [
      [await textOf(alertmanager.folder, 'go.mod'), 'github.com/prometheus/alertmanager', alertmanager],
      [await textOf(toxiproxy.folder, 'go.mod'), 'github.com/Shopify/toxiproxy/v2', toxiproxy],
      [await textOf(loki.folder, 'go.mod'), 'github.com/grafana/loki/v3', loki],
      [await textOf(k6.folder, 'module', 'go.mod'), 'go.k6.io/k6', k6],
      [await textOf(collector.folder, 'go.mod'), 'go.opentelemetry.io/collector/cmd/builder', collector],
    ] as const) {
      expect(text).to.match(new RegExp(`${module} v${version}\\b`));
    }
    // Tempo's modules are commits without a version of their own.
    const commit = tempo.version.split('-').at(-1);
    expect(await textOf(tempo.folder, 'go.mod')).to.match(
      new RegExp(`github.com/grafana/tempo v\\S+-${commit} `),
    );
  });

  it('pin in the collector’s module exactly what its manifest names', async () => {
    const { folder, version } = recipes.collector;
    const { dist, ...kinds } = parse(await textOf(folder, 'manifest.yaml')) as Manifest;
    expect(dist.version).to.equal(version);
    const pinned = await textOf(folder, 'module', 'go.mod');
    for (const { gomod } of Object.values(kinds).flat() as { gomod: string }[]) {
      expect(pinned).to.contain(`\t${gomod}\n`);
    }
  });
});
