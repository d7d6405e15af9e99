import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Problems } from '../core/problems.ts';
import { problemsOfPromise } from '../core/testing/problems-of.ts';
import { findConfigFiles, readConfigFiles } from './config-files.ts';
import { folderOf } from './files/files.ts';

const prometheus = 'rule_files: [rules/*.yml]';

describe('readConfigFiles', () => {
  let directory = '';
  const path = (name: string) => join(directory, name);
  const write = async (name: string, text = name) => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
  };
  const components = ['prometheus', 'alertmanager', 'app', 'collector/sidecar.yaml', 'grafana'].map(
    (config) => ({
      config,
    }),
  );
  const laidOver = (directory: string) => ({ directory, components });
  const read = () => readConfigFiles([path('ours')], laidOver(path('theirs')));
  const refused = async (overlay = path('theirs')) =>
    await problemsOfPromise(readConfigFiles([path('ours')], laidOver(overlay)));
  /** Where each problem is, within the user's folder, and what it says. */
  const told = async () =>
    (await refused()).map(({ where, message, hint }) => [
      where.replace(`--config ${path('theirs')}/`, ''),
      [message, hint].join('; '),
    ]);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'config-files-'));
    await write('ours/prometheus/prometheus.yml', prometheus);
    await write('ours/prometheus/rules/checkout.yml', 'ours');
    await write('ours/app/telemetry.env', 'A=1');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('knows where each file is for a person', async () => {
    await write('theirs/prometheus/rules/checkout.yml', 'groups: [{ name: a }]');
    const files = await read();
    expect(files.place('prometheus/rules/checkout.yml').to('groups', 0).where).to.equal(
      `${path('theirs/prometheus/rules/checkout.yml')}:1: groups[a]`,
    );
    expect(files.place('prometheus/prometheus.yml').file).to.equal(path('ours/prometheus/prometheus.yml'));
  });

  it("lists what it replaces in the user's files", async () => {
    await write('theirs/prometheus/prometheus.yml', `${prometheus}\nremote_read: [{ url: "http://a:1" }]\n`);
    const { adoption } = await read();
    expect(adoption.replacements).to.have.length(1);
    expect(adoption.replacements[0]).to.deep.include({
      file: path('theirs/prometheus/prometheus.yml'),
      line: 2,
      path: 'remote_read',
    });
  });

  it('finds what can be used beside what cannot', async () => {
    await write('theirs/prometheus/rules/extra.yml', 'extra');
    await write('theirs/prometheus/extra.yml', 'extra');
    const problems = new Problems();
    const files = await findConfigFiles([path('ours')], laidOver(path('theirs')), problems);
    expect(problems.all.map(({ where }) => where)).to.deep.equal([
      `--config ${path('theirs/prometheus/extra.yml')}`,
    ]);
    expect([...files.keys()])
      .to.include('prometheus/rules/extra.yml')
      .and.not.include('prometheus/extra.yml');
    const others = await findConfigFiles([path('ours')], laidOver(path('nowhere')), problems);
    expect([...others.keys()]).to.include('prometheus/rules/checkout.yml');
    expect(problems.all).to.have.length(2);
  });

  it('reads the tree, by path', async () => {
    expect(Object.fromEntries(await readConfigFiles([path('ours')]))).to.deep.equal({
      'prometheus/prometheus.yml': prometheus,
      'prometheus/rules/checkout.yml': 'ours',
      'app/telemetry.env': 'A=1',
    });
  });

  it("lays the user's over it: replacing at the same path, joining otherwise", async () => {
    await write('theirs/prometheus/rules/checkout.yml', 'theirs');
    await write('theirs/prometheus/rules/extra.yml', 'extra');
    expect(Object.fromEntries(await read())).to.deep.equal({
      'prometheus/prometheus.yml': prometheus,
      'prometheus/rules/checkout.yml': 'theirs',
      'prometheus/rules/extra.yml': 'extra',
      'app/telemetry.env': 'A=1',
    });
  });

  it('takes SLOs, which firedrill reads itself', async () => {
    await write('theirs/slos/shop.yaml', 'slos');
    await write('theirs/slos/more/shop.yaml', 'slos');
    expect((await refused()).map(({ where, message }) => [where, message])).to.deep.equal([
      [
        `--config ${path('theirs/slos/more/shop.yaml')}`,
        'nothing reads it: the SLOs are the files slos/*.yaml and slos/*.yml',
      ],
    ]);
    await rm(path('theirs/slos/more'), { recursive: true });
    expect([...(await read()).keys()]).to.include('slos/shop.yaml');
  });

  it('lays each directory over those before it', async () => {
    await write('full/prometheus/prometheus.yml', prometheus.replace('[', '[more.yml, '));
    await write('full/alertmanager/alertmanager.yml', 'full');
    await write('direct/prometheus/more.yml', 'direct');
    await write('theirs/alertmanager/alertmanager.yml', 'theirs');
    const files = await readConfigFiles(
      [path('ours'), path('full'), path('direct')],
      laidOver(path('theirs')),
    );
    expect(Object.fromEntries(files)).to.deep.equal({
      'prometheus/prometheus.yml': prometheus.replace('[', '[more.yml, '),
      'prometheus/more.yml': 'direct',
      'prometheus/rules/checkout.yml': 'ours',
      'app/telemetry.env': 'A=1',
      'alertmanager/alertmanager.yml': 'theirs',
    });
  });

  describe('links', () => {
    /** As a ConfigMap is mounted, e.g. `checkout.yml` → `..data/checkout.yml`, `..data` → `..2026_11_28`. */
    const mount = async (folder: string, name: string, text: string) => {
      await write(`theirs/${folder}/..2026_11_28/${name}`, text);
      await symlink('..2026_11_28', path(`theirs/${folder}/..data`));
      await symlink(`..data/${name}`, path(`theirs/${folder}/${name}`));
    };

    it('are followed inside the folder, as mounts of ConfigMaps are made of them', async () => {
      await mount('prometheus/rules', 'checkout.yml', 'mounted');
      expect((await read()).get('prometheus/rules/checkout.yml')).to.equal('mounted');
      expect([...(await read()).keys()].filter((name) => name.includes('..'))).to.deep.equal([]);
    });
    it('to folders are followed, also where the folder itself is one', async () => {
      await write('mounts/..v2/prometheus/rules/checkout.yml', 'linked');
      await symlink('..v2/prometheus', path('mounts/prometheus'));
      await symlink('mounts', path('theirs'));
      expect((await read()).get('prometheus/rules/checkout.yml')).to.equal('linked');
    });
    it('lead to what is used by another name, of which nobody complains then', async () => {
      await write('theirs/prometheus/v2/checkout.yml', 'v2');
      await symlink('v2', path('theirs/prometheus/rules'));
      expect((await read()).get('prometheus/rules/checkout.yml')).to.equal('v2');
    });
    it('that lead out, nowhere or back are refused, each of them', async () => {
      await write('elsewhere/mine.yml');
      await mkdir(path('theirs/prometheus/rules/loop'), { recursive: true });
      const link = (name: string, to: string) => symlink(to, path(`theirs/prometheus/rules/${name}`));
      await link('a-out.yml', path('elsewhere/mine.yml'));
      await link('b-folder', '../../../elsewhere');
      await link('c-nowhere.yml', 'nothing.yml');
      await link('d-itself.yml', 'd-itself.yml');
      await link('loop/back', '..');
      expect(await told()).to.deep.equal(
        [
          [
            'a-out.yml',
            `is a link to ${path('elsewhere/mine.yml')}, which leads out of the folder; copy the files themselves: cp --recursive --dereference FROM TO`,
          ],
          [
            'b-folder',
            'is a link to ../../../elsewhere, which leads out of the folder; copy the files themselves: cp --recursive --dereference FROM TO',
          ],
          [
            'c-nowhere.yml',
            'is a link to nothing.yml, which is not there; lead it to a file of this folder, or remove it',
          ],
          [
            'd-itself.yml',
            'is a link to d-itself.yml, which leads back to itself; lead it to a file of this folder, or remove it',
          ],
          ['loop/back', 'is a link to .., a folder that it is in itself; remove it'],
        ].map(([name, said]) => [`prometheus/rules/${name}`, said]),
      );
    });
  });

  it('passes over hidden files and folders', async () => {
    await write('theirs/.git/config');
    await write('theirs/prometheus/.checkout.yml.swp');
    await write('theirs/prometheus/rules/mine.yml');
    expect([...(await read()).keys()]).to.have.members([
      ...(await readConfigFiles([path('ours')])).keys(),
      'prometheus/rules/mine.yml',
    ]);
  });
  it('reads a hidden file that the component would read', async () => {
    await write('theirs/prometheus/rules/.mine.yml', 'hidden');
    expect((await read()).get('prometheus/rules/.mine.yml')).to.equal('hidden');
  });

  it('leaves out what of the project’s own nothing reads any more', async () => {
    await write('theirs/prometheus/prometheus.yml', 'rule_files: [team/*.yml]');
    await write('theirs/prometheus/team/mine.yml');
    expect([...(await read()).keys()]).to.have.members([
      'prometheus/prometheus.yml',
      'prometheus/team/mine.yml',
      'app/telemetry.env',
    ]);
  });

  it('reads what the user’s files name: rules, templates, certificates', async () => {
    await write(
      'theirs/prometheus/prometheus.yml',
      'rule_files: ["./r?les/[a-c]*.yml", b.yaml]\nscrape_configs: [{ tls_config: { ca_file: tls/ca.pem } }]',
    );
    await write('theirs/prometheus/rules/checkout.yml');
    await write('theirs/prometheus/b.yaml');
    await write('theirs/prometheus/tls/ca.pem');
    await write('theirs/alertmanager/alertmanager.yml', 'templates: [templates/*.tmpl]');
    await write('theirs/alertmanager/templates/slack.tmpl');
    expect(await read()).to.include.keys(
      ...['rules/checkout.yml', 'b.yaml', 'tls/ca.pem'].map((name) => `prometheus/${name}`),
      'alertmanager/templates/slack.tmpl',
    );
  });

  it('refuses what nothing reads, each of them, with what is read and what to do', async () => {
    await write('theirs/alertmanager/config.yml');
    await write('theirs/alertmanager/templates/slack.tmpl');
    await write('theirs/prometheus/alerts.yml');
    await write('theirs/prometheus/rules/extra.rules');
    await write('theirs/prometheus/rules/deep/mine.yml');
    await write('theirs/prometheus/rules/my-team.yaml');
    await write('theirs/collector/gateway.yaml');
    await write('theirs/app/telemetry.yaml');
    await write('theirs/receivers/webhook.yml');
    await write('theirs/prometheus/rules/read.yml');
    const alertmanager =
      'nothing reads it: Alertmanager reads alertmanager/alertmanager.yml and what its templates match (there are none); ';
    const prom =
      'nothing reads it: Prometheus reads prometheus/prometheus.yml and what its rule_files match (rules/*.yml); ';
    const match = 'to be one of several files it must match rule_files of prometheus/prometheus.yml';
    expect(await told()).to.have.deep.members([
      [
        'alertmanager/config.yml',
        `${alertmanager}name it alertmanager/alertmanager.yml if it is to take its place; to be one of several files it must match templates of alertmanager/alertmanager.yml`,
      ],
      [
        'alertmanager/templates/slack.tmpl',
        `${alertmanager}to be one of several files it must match templates of alertmanager/alertmanager.yml`,
      ],
      [
        'prometheus/alerts.yml',
        `${prom}name it prometheus/prometheus.yml if it is to take its place; ${match}, e.g. as prometheus/rules/alerts.yml`,
      ],
      ['prometheus/rules/extra.rules', `${prom}name it prometheus/rules/extra.yml`],
      ['prometheus/rules/deep/mine.yml', `${prom}${match}, e.g. as prometheus/rules/mine.yml`],
      ['prometheus/rules/my-team.yaml', `${prom}name it prometheus/rules/my-team.yml`],
      [
        'collector/gateway.yaml',
        'nothing reads it: on this stack and topology collector/sidecar.yaml is all that is read of collector/; put what it says into a file that is read, or remove it',
      ],
      [
        'app/telemetry.yaml',
        'nothing reads it: the services read files that end in .env; name it app/telemetry.env',
      ],
      [
        'receivers/webhook.yml',
        'nothing reads it: the emulated receivers read receivers/NAME.yml, where NAME is discord, email, msteams, msteamsv2, opsgenie, pagerduty, slack or telegram; put what it says into a file that is read, or remove it',
      ],
    ]);
  });

  it('refuses files of Grafana’s where Grafana does not look', async () => {
    const at = 'theirs/grafana/provisioning';
    const provider = 'providers: [{ options: { path: $GF_PATHS_PROVISIONING/dashboards } }]';
    for (const name of ['alerting/a.yaml', 'alerting/b.json', 'datasources/a.yml', 'dashboards/team/a.json'])
      await write(`${at}/${name}`);
    await write(`${at}/dashboards/team.yaml`, provider);
    for (const name of [
      'alerting/deep/a.yaml',
      'alerting/a.tf',
      'datasources/a.json',
      'dashboards/team/b.yaml',
      'rules/a.yaml',
    ])
      await write(`${at}/${name}`);
    await write('theirs/grafana/grafana.ini');
    expect((await told()).map(([where]) => where)).to.have.members([
      'grafana/grafana.ini',
      ...[
        'alerting/deep/a.yaml',
        'alerting/a.tf',
        'datasources/a.json',
        'dashboards/team/b.yaml',
        'rules/a.yaml',
      ].map((name) => `grafana/provisioning/${name}`),
    ]);
  });

  it('takes patterns that lead out of the configuration from its own folder', async () => {
    await write('theirs/prometheus/prometheus.yml', 'rule_files: [/etc/prometheus/rules/*.yml, ../*.yml]');
    const files = await read();
    expect(files.yaml('prometheus/prometheus.yml').rule_files).to.deep.equal(['rules/*.yml']);
    expect(files.has('prometheus/rules/checkout.yml')).to.equal(true);
    expect(files.adoption.replacements.map(({ path }) => path)).to.deep.equal([
      'rule_files[0]',
      'rule_files[1]',
    ]);
  });

  it('takes what one of several stacks reads', async () => {
    await write('theirs/collector/gateway.yaml');
    const [only] = await refused();
    expect(only?.message).to.contain('nothing reads it');
    const both = {
      directory: path('theirs'),
      components: [...components, { config: 'collector/gateway.yaml' }],
    };
    expect(await readConfigFiles([path('ours')], both)).to.include.keys('collector/gateway.yaml');
  });

  it('refuses a folder that holds nothing', async () => {
    await mkdir(path('theirs'));
    const empty = async () => (await refused()).map(({ where, message }) => [where, message.split(':')[0]]);
    expect(await empty()).to.deep.equal([[`--config ${path('theirs')}`, 'holds no file']]);
    await write('theirs/.gitkeep');
    expect(await empty()).to.deep.equal([[`--config ${path('theirs')}`, 'holds no file']]);
    await mkdir(path('theirs/prometheus/rules'), { recursive: true });
    expect(await empty()).to.deep.equal([
      [`--config ${path('theirs/prometheus/rules')}`, 'is an empty folder'],
    ]);
  });

  it('refuses what is there under the name of a file and is none', async () => {
    await mkdir(path('theirs/alertmanager/alertmanager.yml'), { recursive: true });
    await promisify(execFile)('mkfifo', [path('theirs/alertmanager/pipe.yml')]);
    await write('theirs/app/latin.env');
    await writeFile(path('theirs/app/latin.env'), Buffer.from([0x41, 0x3d, 0xe9]));
    expect(await told()).to.deep.equal([
      [
        'alertmanager/alertmanager.yml',
        'is a folder; expected a file of this name; put the file there instead',
      ],
      ['alertmanager/pipe.yml', 'is a named pipe; expected a file; put a regular file there'],
      ['app/latin.env', 'is no text in UTF-8; save it as UTF-8'],
    ]);
  });

  it('refuses files that no component reads, each of them, naming the folders there are', async () => {
    await write('theirs/promtheus/prometheus.yml');
    await write('theirs/README.md');
    await write('theirs/prometheus/rules/fine.yml');
    const problems = await refused(path('theirs'));
    expect(problems.map(({ where }) => where)).to.have.members([
      `--config ${path('theirs/promtheus/prometheus.yml')}`,
      `--config ${path('theirs/README.md')}`,
    ]);
    expect(problems[0]?.message).to.include('prometheus/').and.include('app/');
  });

  it('refuses a file that is meant to replace one of another ending', async () => {
    await write('theirs/prometheus/prometheus.yaml');
    const problems = await refused();
    expect(problems.map(({ where, hint }) => [where, hint])).to.deep.equal([
      [`--config ${path('theirs/prometheus/prometheus.yaml')}`, 'name it prometheus/prometheus.yml'],
    ]);
  });

  it('refuses what is no directory', async () => {
    for (const [overlay, why] of [
      [path('nowhere'), 'does not exist'],
      [path('ours/app/telemetry.env'), 'is a file; expected a folder'],
      [path('ours/app/telemetry.env/mine'), 'does not exist: a part of its path is a file'],
    ] as const) {
      const problems = await refused(overlay);
      expect(problems.map(({ where, message }) => [where, message])).to.deep.equal([
        [`--config ${overlay}`, why],
      ]);
    }
  });

  // Root reads everything.
  (process.getuid?.() === 0 ? it.skip : it)('refuses a file that cannot be read', async () => {
    await write('theirs/prometheus/rules/mine.yml');
    await chmod(path('theirs/prometheus/rules/mine.yml'), 0);
    const [problem] = await refused(path('theirs'));
    expect(problem?.where).to.equal(`--config ${path('theirs/prometheus/rules/mine.yml')}`);
  });
});

describe('folderOf', () => {
  it('is the first part of a path', () => {
    expect(folderOf('prometheus/rules/a.yml')).to.equal('prometheus');
    expect(folderOf('README.md')).to.equal('README.md');
  });
});
