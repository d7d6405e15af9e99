import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { readSystemFile, readSystemsOnce, systemFileFor } from './system-file.ts';

const system = { name: 'mine', services: { web: { command: ['web'], ports: [80], ready: { tcp: 80 } } } };
const asModule = (value: object) =>
  `const system: unknown = ${JSON.stringify(value)};\nexport default system;\n`;

describe('the file of a system', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'system-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const monitoring = async (...files: string[]) => {
    for (const file of files) await write(`monitoring/${file}`, '');
  };
  const found = () => systemFileFor(join(folder, 'a', 'b', 'scenario.yaml'));
  const told = async (work: Promise<unknown>) =>
    (await problemsOfPromise(work)).map(({ where, message }) =>
      `${where}: ${message}`.replaceAll(`${folder}/`, ''),
    );

  it('is the nearest one above a scenario, in YAML or TypeScript', async () => {
    expect(await found()).to.equal(undefined);
    for (const name of ['firedrill.yaml', 'firedrill.ts', 'firedrill.config.ts']) {
      await write(name, '');
      expect(await found()).to.equal(join(folder, name));
      await rm(join(folder, name));
    }
    await write('firedrill.yaml', '');
    await write('a/firedrill.ts', '');
    expect(await found()).to.equal(join(folder, 'a', 'firedrill.ts'));
  });

  it('is read once for all drills of a command', async () => {
    await monitoring('prometheus/prometheus.yml', 'alertmanager/alertmanager.yml');
    await write('firedrill.yaml', JSON.stringify(system));
    const [read, file] = [readSystemsOnce(), join(folder, 'firedrill.yaml')];
    const first = await read(file);
    await write('firedrill.yaml', JSON.stringify({ ...system, name: 'changed' }));
    expect(await read(file)).to.equal(first);
    expect((await readSystemsOnce()(file)).name).to.equal('changed');
  });

  it('is refused beside another one', async () => {
    await write('a/firedrill.yaml', '');
    await write('a/firedrill.ts', '');
    await write('a/firedrill.config.ts', '');
    expect(await told(found())).to.deep.equal([
      'a/firedrill.ts: a/firedrill.yaml describes the system of this folder already',
      'a/firedrill.config.ts: a/firedrill.yaml describes the system of this folder already',
    ]);
  });

  it('is read from TypeScript as from YAML', async () => {
    await write('firedrill.ts', asModule(system));
    await write('firedrill.yaml', JSON.stringify(system));
    await monitoring('prometheus/prometheus.yml', 'alertmanager/alertmanager.yml');
    const typed = await readSystemFile(join(folder, 'firedrill.ts'));
    const written = await readSystemFile(join(folder, 'firedrill.yaml'));
    expect(typed).to.deep.equal({ ...written, file: join(folder, 'firedrill.ts') });
  });

  it('has the parts of the monitoring of which there are files, and one that pages', async () => {
    const file = join(folder, 'firedrill.yaml');
    await write('firedrill.yaml', JSON.stringify({ ...system, monitoring: 'monitoring' }));
    const lacking = (what: string) => `firedrill.yaml:1: monitoring: monitoring: ${what}`;
    const noPager = 'nothing in it pages: there is neither a folder alertmanager nor a folder grafana';
    expect(await told(readSystemFile(file))).to.deep.equal([
      lacking('there is no folder prometheus in it, with prometheus.yml'),
      lacking(noPager),
    ]);
    await monitoring('prometheus/prometheus.yml');
    expect(await told(readSystemFile(file))).to.deep.equal([lacking(noPager)]);
    await monitoring('grafana/provisioning/alerting/rules.yaml');
    expect(await readSystemFile(file)).to.include({ hasGrafana: true, hasAlertmanager: false });
    await monitoring('alertmanager/alertmanager.yml');
    expect(await readSystemFile(file)).to.include({ hasGrafana: true, hasAlertmanager: true });
    await rm(join(folder, 'monitoring', 'grafana'), { recursive: true });
    expect(await readSystemFile(file)).to.include({ hasGrafana: false, hasAlertmanager: true });
  });

  it('has links from Collectors whose files have their addresses, and log files where there is a Loki', async () => {
    await monitoring('prometheus/prometheus.yml', 'alertmanager/alertmanager.yml', 'collector/hub.yaml');
    const with_ = async (more: object) => {
      const collectors = { hub: { config: 'collector/hub.yaml', ports: [4318] } };
      await write('firedrill.yaml', JSON.stringify({ ...system, collectors, ...more }));
      return await told(readSystemFile(join(folder, 'firedrill.yaml')));
    };
    const links = { a: { from: 'hub', to: 'loki:3100' } };
    expect(await with_({ links })).to.deep.equal([
      'firedrill.yaml:1: links.a.to: collector/hub.yaml does not contain loki:3100',
      'firedrill.yaml:1: links.a.to: monitoring has no folder grafana, so that nothing is started at loki:3100',
    ]);
    const [name = ''] = Object.keys(system.services);
    const services = {
      ...system.services,
      [name]: { ...Object.values(system.services)[0], logs: ['a.log'] },
    };
    const [lacking] = await with_({ services });
    expect(lacking).to.include(`services.${name}.logs: monitoring has no folder grafana`);
    await monitoring('grafana/provisioning/alerting/rules.yaml');
    await write('monitoring/collector/hub.yaml', 'endpoint: http://loki:3100/otlp');
    expect(await with_({ links, services })).to.deep.equal([]);
  });

  it('has programs of the user for the monitoring, with what checks their files', async () => {
    await monitoring('prometheus/prometheus.yml', 'alertmanager/alertmanager.yml');
    for (const name of ['prometheus', 'promtool', 'loki']) await write(`bin/${name}`, '#!/bin/sh\n');
    for (const name of ['prometheus', 'promtool']) await chmod(join(folder, 'bin', name), 0o755);
    const read = async (versions: object) => {
      await write('firedrill.yaml', JSON.stringify({ ...system, versions }));
      return await readSystemFile(join(folder, 'firedrill.yaml'));
    };
    const where = 'versions.prometheus.binary';
    const { programs } = await read({ prometheus: { binary: 'bin/prometheus' } });
    expect(Object.entries(programs).map(([name, { path }]) => [name, path])).to.deep.equal([
      ['prometheus', join(folder, 'bin', 'prometheus')],
      ['promtool', join(folder, 'bin', 'promtool')],
    ]);
    expect(programs.prometheus?.where).to.match(new RegExp(`firedrill.yaml:1: ${where}$`));
    expect(
      await told(
        read({
          prometheus: { binary: 'bin/none' },
          loki: { binary: 'bin/loki' },
          grafana: { binary: '.' },
        }),
      ),
    ).to.deep.equal([
      `firedrill.yaml:1: ${where}: ${folder}/bin/none does not exist`.replace(`${folder}/`, ''),
      'firedrill.yaml:1: versions.loki.binary: bin/loki is not executable',
      `firedrill.yaml:1: versions.grafana.binary: ${folder} is not a file`,
    ]);
    const unknown = await problemsOfPromise(read({ promethius: { binary: 'x' } }));
    expect(unknown[0]?.where).to.match(/versions\.promethius$/);
    expect(unknown[0]?.hint).to.include('did you mean prometheus');
  });

  it('is refused with every problem and its path, in TypeScript too', async () => {
    const faulty = {
      ...system,
      links: { a: { from: 'wep', variable: 'X' } },
      journeys: { b: { service: 1 } },
    };
    await write('firedrill.ts', asModule(faulty));
    expect(await told(readSystemFile(join(folder, 'firedrill.ts')))).to.deep.equal([
      'firedrill.ts: journeys.b.service: is a number; expected a text',
      'firedrill.ts: journeys.b.path: is missing; expected a text',
    ]);
    await write('links/firedrill.ts', asModule({ ...faulty, journeys: {} }));
    expect(await told(readSystemFile(join(folder, 'links', 'firedrill.ts')))).to.deep.equal([
      'links/firedrill.ts: links.a.from: there is no service or Collector wep',
    ]);
    await write('empty/firedrill.ts', 'export const system = {};\n');
    expect(await told(readSystemFile(join(folder, 'empty', 'firedrill.ts')))).to.deep.equal([
      'empty/firedrill.ts: has no default export; expected a system',
    ]);
    await write('throws/firedrill.config.ts', '\nthrow new RangeError("too much");\n');
    expect(await told(readSystemFile(join(folder, 'throws', 'firedrill.config.ts')))).to.deep.equal([
      'throws/firedrill.config.ts:2: throws when it is loaded: RangeError: too much',
    ]);
  });
});
