import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { FiredrillError } from '../../core/errors.ts';
import { overrideName, readOverrides } from './overrides.ts';
import { rejectionOf, testFolder } from './testing/folders.ts';

const signal = new AbortController().signal;
const noFiles = () => [];

describe('overrides', () => {
  const folder = testFolder();
  const script = async (name: string, text: string, mode = 0o755) => {
    const path = join(folder(), name);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  };

  it('are named after the binary', () => {
    expect(overrideName('toxiproxy-server')).to.equal('FIREDRILL_TOXIPROXY_SERVER');
    expect(overrideName('k6')).to.equal('FIREDRILL_K6');
  });

  it('give the path and the version that the binary tells, on either output', async () => {
    const prometheus = await script('p', '#!/bin/sh\necho "prometheus, version 3.1.0-rc.1 (branch: x)"\n');
    const k6 = await script('k', '#!/bin/sh\necho "k6 v1.8.1 (go1.26)" >&2\n');
    const found = await readOverrides(
      ['prometheus', 'k6', 'otelcol'],
      { FIREDRILL_PROMETHEUS: prometheus, FIREDRILL_K6: k6, FIREDRILL_OTELCOL: '' },
      noFiles,
      signal,
    );
    const home = dirname(folder());
    expect([...found]).to.deep.equal([
      ['prometheus', { path: prometheus, home, version: '3.1.0-rc.1' }],
      ['k6', { path: k6, home, version: '1.8.1' }],
    ]);
  });

  it('are those of the system, unless the environment names others', async () => {
    const own = await script('own', '#!/bin/sh\necho "prometheus, version 2.53.0"\n');
    const other = await script('other', '#!/bin/sh\necho "prometheus, version 3.1.0"\n');
    const where = 'firedrill.yaml:7: versions.prometheus.binary';
    const versionWith = async (env: Record<string, string>, path = own) =>
      (await readOverrides(['prometheus'], env, noFiles, signal, { prometheus: { path, where } })).get(
        'prometheus',
      )?.version;
    expect(await versionWith({})).to.equal('2.53.0');
    expect(await versionWith({ FIREDRILL_PROMETHEUS: other })).to.equal('3.1.0');
    const error = await rejectionOf(versionWith({}, folder()));
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'bad-input');
    expect(String(error)).to.contain(`${where}: ${folder()} cannot be used as prometheus: it is not a file`);
  });

  it('accept a binary that does not tell its version', async () => {
    const path = await script('wrapper', '#!/bin/sh\necho in-house build\n');
    const found = await readOverrides(['k6'], { FIREDRILL_K6: path }, noFiles, signal);
    expect(found.get('k6')).to.include({ path, version: 'unknown' });
  });

  it('refuse a program that prints its version under another name', async () => {
    const path = await script('true', '#!/bin/sh\necho "true (GNU coreutils) 9.1"\n');
    const env = { FIREDRILL_PROMETHEUS: path, FIREDRILL_OTELCOL: path };
    const error = await rejectionOf(readOverrides(['prometheus'], env, noFiles, signal));
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'bad-input');
    expect(String(error)).to.contain(
      `${path} cannot be used as prometheus: it is another program, which prints "true (GNU coreutils) 9.1"`,
    );
    // Users build their own Collectors, which may have any name.
    expect((await readOverrides(['otelcol'], env, noFiles, signal)).get('otelcol')?.path).to.equal(path);
    const toxiproxy = await script('toxiproxy', '#!/bin/sh\necho "toxiproxy version 2.5.0"\n');
    const found = await readOverrides(
      ['toxiproxy-server'],
      { FIREDRILL_TOXIPROXY_SERVER: toxiproxy },
      noFiles,
      signal,
    );
    expect(found.get('toxiproxy-server')?.version).to.equal('2.5.0');
  });

  it('find the home of a binary behind a link, and refuse one whose files are not there', async () => {
    const home = join(folder(), 'grafana');
    await mkdir(join(home, 'bin'), { recursive: true });
    await script('grafana/bin/grafana', '#!/bin/sh\necho "grafana version 10.0.0"\n');
    const link = join(folder(), 'link');
    await symlink(join(home, 'bin', 'grafana'), link);
    const read = () =>
      readOverrides(['grafana'], { FIREDRILL_GRAFANA: link }, () => ['defaults.ini'], signal);
    const error = await rejectionOf(read());
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'bad-input');
    expect(String(error)).to.contain(join(home, 'defaults.ini'));
    await writeFile(join(home, 'defaults.ini'), '');
    expect((await read()).get('grafana')).to.deep.equal({ path: link, home, version: '10.0.0' });
  });

  it('that cannot be used are reported all at once, as bad input', async () => {
    const env = {
      FIREDRILL_PROMETHEUS: join(folder(), 'missing'),
      FIREDRILL_K6: await script('plain', 'hello', 0o644),
      FIREDRILL_AMTOOL: folder(),
      FIREDRILL_OTELCOL: await script('foreign', '\u007fELF of another machine'),
    };
    const error = await rejectionOf(
      readOverrides(['prometheus', 'k6', 'amtool', 'otelcol'], env, noFiles, signal),
    );
    expect(error).to.be.instanceOf(FiredrillError).with.property('kind', 'bad-input');
    const wheres = (error as FiredrillError).problems.map(({ where }) => where);
    expect(wheres).to.have.members(Object.keys(env));
    expect(String(error))
      .to.contain('it is not a file')
      .and.contain('missing cannot be used as prometheus: it does not exist')
      .and.contain('plain cannot be used as k6: it is not executable');
  });
});
