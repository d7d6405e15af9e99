import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { problemsOfPromise } from '../../core/testing/problems-of.ts';
import { interpolate } from './interpolate.ts';
import { readComposeFile } from './read-compose.ts';
import { splitWords } from './split-words.ts';

describe('a compose file', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'firedrill-compose-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(text: string, files: Readonly<Record<string, string>> = {}, ...used: string[]) {
    for (const [path, content] of Object.entries({ 'compose.yaml': text, ...files })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return await readComposeFile(join(folder, 'compose.yaml'), new Set(used.length > 0 ? used : ['web']));
  }
  /** The problems and notes of `web`, without the folder. */
  async function told(text: string, files: Readonly<Record<string, string>> = {}, ...used: string[]) {
    const web = (await read(text, files, ...used)).get('web');
    const plain = (what: string) => what.replaceAll(`${folder}/`, '');
    return {
      problems: web?.problems.map(({ where, message }) => plain(`${where}: ${message}`)),
      notes: web?.notes.map(plain),
    };
  }

  it('gives the limits of a service, or refuses what is no limit', async () => {
    const of = (limits: string) => `services:\n  web: { image: a, ${limits} }\n`;
    const web = async (limits: string) => (await read(of(limits))).get('web')?.limits;
    expect(await web('mem_limit: 64m, cpus: "0.5"')).to.deep.equal({ memory: '64m', cpus: 0.5 });
    expect(await web('mem_limit: 67108864')).to.deep.equal({ memory: '67108864b' });
    expect(await web('user: x')).to.equal(undefined);
    expect((await told(of('mem_limit: much, cpus: all'))).problems).to.have.length(2);
    expect((await told(of('mem_limit: 1m'))).problems).to.deep.equal([
      'compose.yaml:2: services.web.mem_limit: a container needs at least 6m',
    ]);
  });

  it('gives image, program, environment, ports, user, order and read-only files of a service', async () => {
    const services = await read(
      `
x-common: &common { LEVEL: info, COUNT: 3 }
services:
  web:
    image: "example/web:\${TAG:-1}"
    entrypoint: ["/bin/web", "--serve"]
    command: --name "two words" --path 'a b'
    environment: { <<: *common, STOCK_URL: "http://stock:9000", PASSED: , ABSENT: , PRICE: "$$5" }
    env_file: [web.env, { path: none.env, required: false }]
    ports: ["127.0.0.1:80:8080/tcp", 9090, { target: 7070, published: 80 }, "53:53/udp"]
    expose: ["8080"]
    working_dir: /srv
    user: 1000
    depends_on: { stock: { condition: service_healthy } }
    volumes: ["./config:/etc/web:ro", { type: bind, source: ./one.txt, target: /one.txt, read_only: true }]
  stock: { image: example/stock, environment: [A=b=c, PASSED, "EMPTY="] }
`,
      {
        '.env': 'PASSED=yes\n',
        'web.env': 'FROM_FILE="of the file"\nLEVEL=debug\n',
        'config/a.yml': '',
        'config/below/b.yml': '',
        'one.txt': '',
      },
      'web',
      'stock',
    );
    const { whereOf, ...web } = services.get('web') ?? expect.fail();
    expect(web.files.map(({ to }) => to)).to.have.members([
      '/etc/web/a.yml',
      '/etc/web/below/b.yml',
      '/one.txt',
    ]);
    expect({ ...web, files: [] }).to.deep.equal({
      image: 'example/web:1',
      entrypoint: ['/bin/web', '--serve'],
      command: ['--name', 'two words', '--path', 'a b'],
      env: {
        ...{ FROM_FILE: 'of the file', LEVEL: 'info', COUNT: '3' },
        ...{ STOCK_URL: 'http://stock:9000', PASSED: 'yes', PRICE: '$5' },
      },
      ports: [8080, 9090, 7070],
      directory: '/srv',
      user: '1000',
      dependsOn: ['stock'],
      files: [],
      problems: [],
      notes: [],
    });
    expect(whereOf(['environment', 'STOCK_URL'])).to.match(
      /compose\.yaml:8: services\.web\.environment\.STOCK_URL$/,
    );
    expect(services.get('stock')?.env).to.deep.equal({ A: 'b=c', PASSED: 'yes', EMPTY: '' });
  });

  it('is refused with everything that a drill cannot give, each with its line', async () => {
    const { problems } = await told(
      `services:
  web:
    build: .
    privileged: true
    network_mode: host
    devices: ["/dev/fuse"]
    deploy: { replicas: 2 }
    networks: { back: { aliases: [api] } }
    ports: ["3000-3005:3000-3005"]
    command: "an 'open quote"
    entrypoint: []
    env_file: gone.env
    environment: { URL: "http://\${HOST}", ODD: "\${A:-\${B}}" }
    volumes:
      - ./data:/data
      - ./gone:/gone:ro
      - { type: npipe, source: a, target: b }
    mystery: 1
`,
    );
    const cannot = 'cannot be had in a drill';
    expect(problems).to.have.members([
      'compose.yaml:3: services.web.build: a drill builds no image',
      `compose.yaml:4: services.web.privileged: ${cannot}`,
      `compose.yaml:5: services.web.network_mode: ${cannot}`,
      `compose.yaml:6: services.web.devices: ${cannot}`,
      `compose.yaml:7: services.web.deploy: ${cannot}`,
      `compose.yaml:8: services.web.networks: ${cannot}`,
      'compose.yaml:9: services.web.ports[0]: 3000-3005:3000-3005 is not one port',
      'compose.yaml:10: services.web.command: has a quotation mark that is not closed',
      'compose.yaml:11: services.web.entrypoint: must not be empty',
      'compose.yaml:12: services.web.env_file: gone.env does not exist',
      'compose.yaml:13: services.web.environment.URL: the variable HOST has no value',
      `compose.yaml:13: services.web.environment.ODD: \${A:-\${B} is of a form that is not known; expected \${NAME} or \${NAME:-default}`,
      'compose.yaml:15: services.web.volumes[0]: ./data could be changed by the drill',
      'compose.yaml:16: services.web.volumes[1]: ./gone does not exist',
      'compose.yaml:17: services.web.volumes[2]: a volume of type npipe cannot be had in a drill',
      `compose.yaml:18: services.web.mystery: ${cannot}`,
    ]);
  });

  it('tells what is left out where the service does the same without it', async () => {
    const text = `services:
  web:
    image: web
    build: .
    restart: always
    privileged: false
    x-mine: 1
    networks: [back]
    volumes: ["data:/data", "/scratch", { type: tmpfs, target: /tmp }]
  job:
    image: job
    volumes: ["data:/data"]
`;
    expect(await told(text)).to.deep.equal({
      problems: [],
      notes: [
        'compose.yaml:2: services.web: left out: build, networks, restart',
        'compose.yaml:9: services.web.volumes[0]: web starts with an empty data',
      ],
    });
    expect((await told(text, {}, 'web', 'job')).problems).to.deep.equal([
      'compose.yaml:9: services.web.volumes[0]: web and job share the volume data, which a drill cannot do',
    ]);
  });

  it('does not copy what is no configuration', async () => {
    const volume = (from: string) => told(`services: { web: { image: web, volumes: ["${from}:/x:ro"] } }`);
    expect((await volume('/dev/null')).problems?.[0]).to.match(/\/dev\/null is neither a file nor a folder$/);
    expect((await volume('/usr')).problems?.[0]).to.match(/\/usr has more than 500 files or 16 MiB, /);
  });

  it('is refused where it cannot be read, or includes others', async () => {
    const whereOf = async (text: string) =>
      (await problemsOfPromise(read(text))).map(({ where }) => where.replaceAll(`${folder}/`, ''));
    expect(await whereOf('a: [')).to.deep.equal(['compose.yaml:1']);
    expect(await whereOf('include: [other.yaml]\n')).to.deep.equal(['compose.yaml:1: include']);
    await rm(join(folder, 'compose.yaml'));
    expect(await problemsOfPromise(readComposeFile(join(folder, 'compose.yaml'), new Set()))).to.deep.equal([
      { where: join(folder, 'compose.yaml'), message: 'does not exist' },
    ]);
  });
});

describe('variables of a compose file', () => {
  const variables = { SET: 'one', EMPTY: '' };
  for (const [text, filled] of [
    [`$SET-\${SET}`, 'one-one'],
    [`\${EMPTY:-other}\${EMPTY-other}\${NONE-x/y:1}`, 'otherx/y:1'],
    [`\${SET:+yes}\${NONE+no}`, 'yes'],
    [`\${SET:?must be set}`, 'one'],
    ['$$SET costs $5', '$SET costs $5'],
  ] as const)
    it(`are filled in: ${text}`, () => {
      expect(interpolate(text, variables, (message) => expect.fail(message))).to.equal(filled);
    });

  it('are told where they have no value', () => {
    const failed: string[] = [];
    interpolate(`\${NONE} \${EMPTY:?x}`, variables, (message) => failed.push(message));
    expect(failed).to.deep.equal(['the variable NONE has no value', 'the variable EMPTY has no value']);
  });
});

describe('a command line of a compose file', () => {
  for (const [line, words] of [
    ['a  b\tc', ['a', 'b', 'c']],
    [`'a b'"c d" \\"e\\ f`, ['a bc d', '"e f']],
    [`"a \\" \\n" ''`, ['a " \\n', '']],
    ['', []],
    ['"open', undefined],
  ] as const)
    it(`is split into words: ${line}`, () => expect(splitWords(line)).to.deep.equal(words));
});
