import { expect } from 'chai';
import { FiredrillError } from './errors.ts';
import { within } from './path.ts';
import { linkTarget, parseSystem, runtimeOf } from './system.ts';
import { bytesOf, type ComposeService, type ComposeServices } from './system-services.ts';

const web = { command: ['web'], ports: [8080], ready: { http: '/ready' } };
const sound = {
  name: 'hello',
  services: {
    web: { ...web, instances: 2, env: { STOCK_URL: 'http://stock:9000/v1' }, after: ['stock'] },
    stock: { command: ['stock'], ports: [9000, 9001], ready: { tcp: 9000 } },
  },
  links: { 'web-to-stock': { from: 'web', variable: 'STOCK_URL', protocol: 'http' } },
  journeys: { order: { service: 'web', method: 'POST', path: '/order' } },
};

const parse = (input: unknown, compose?: ComposeServices) =>
  parseSystem(input, '/mine/firedrill.yaml', within('firedrill.yaml'), compose);

const composed = (service: Partial<ComposeService>): ComposeService => ({
  ...{ env: {}, ports: [], dependsOn: [], files: [], problems: [], notes: [] },
  whereOf: within('compose.yaml'),
  ...service,
});

/** The problems, each as `where: message → hint`. */
function problemsOf(input: unknown, compose?: ComposeServices): string[] {
  try {
    parse(input, compose);
    return [];
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error;
    return error.problems.map(({ where, message, hint }) =>
      [`${where}: ${message}`, hint].filter(Boolean).join(' → '),
    );
  }
}

const withService = (changes: object) => ({
  ...sound,
  services: { ...sound.services, web: { ...web, ...changes } },
  links: {},
});

const hub = { config: 'collector/hub.yaml', ports: [4318, 8889] };
const sending = (changes: object, collectors: object) => ({
  ...withService({ telemetry: 'otlp', collector: 'hub', ...changes }),
  collectors,
});

describe('a system', () => {
  it('takes the limits of a service from its own file, or from the compose file', () => {
    const ready = { tcp: 80 };
    const limitsOf = (own: object) =>
      parse(
        { name: 'a', services: { web: { compose: 'web', ready, ...own } } },
        new Map([['web', composed({ image: 'web:1', ports: [80], limits: { memory: '64m' } })]]),
      ).services.web?.limits;
    expect(limitsOf({})).to.deep.equal({ memory: '64m' });
    expect(limitsOf({ limits: { cpus: 0.5 } })).to.deep.equal({ cpus: 0.5 });
    expect(['1024b', '64k', '256m', '1.5gb'].map(bytesOf)).to.deep.equal([
      ...[1024, 65_536, 268_435_456, 1_610_612_736],
    ]);
  });

  it('is read with its defaults', () => {
    const system = parse(sound);
    expect(system).to.include({ name: 'hello', monitoring: 'monitoring', file: '/mine/firedrill.yaml' });
    expect(system.services.stock).to.deep.include({
      instances: 1,
      telemetry: 'none',
      env: {},
      after: [],
      execution: { kind: 'command', command: ['stock'], directory: '.' },
    });
    expect(system.journeys.order).to.deep.include({ method: 'POST', headers: {} });
  });

  it('has links to the one service whose address is in the variable', () => {
    const system = parse(sound);
    const link = system.links['web-to-stock'];
    expect(link && linkTarget(system, link)).to.equal('stock:9000');
  });

  it('has Collectors, to which a service sends, and a link leads', () => {
    const system = parse({
      ...withService({
        telemetry: 'otlp',
        collector: 'hub',
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://hub:4317' },
      }),
      collectors: { hub: { ...hub, ports: [8889, 4317] } },
      links: { 'web-to-hub': { from: 'web', variable: 'OTEL_EXPORTER_OTLP_ENDPOINT' } },
    });
    expect(system.collectors.hub).to.deep.equal({ ...hub, ports: [8889, 4317], after: [] });
    const link = system.links['web-to-hub'];
    expect(link && linkTarget(system, link)).to.equal('hub:4317');
  });

  it('runs on this machine by commands, and in containers from images', () => {
    expect(runtimeOf(parse(sound))).to.equal('process');
    const system = parse({
      ...sound,
      services: {
        web: { ...web, command: ['-v'], image: 'web:1', env: { STOCK_URL: 'http://stock:9000' } },
        stock: {
          image: 'stock:1',
          entrypoint: ['/stock'],
          directory: '/',
          ports: [9000],
          ready: { log: 'up' },
        },
      },
    });
    expect(runtimeOf(system)).to.equal('docker');
    expect(system.services.web?.execution).to.deep.equal({
      ...{ kind: 'image', image: 'web:1', command: ['-v'], files: [] },
    });
    expect(system.services.stock?.execution).to.deep.equal({
      ...{ kind: 'image', image: 'stock:1', entrypoint: ['/stock'], directory: '/', files: [] },
    });
  });

  it('takes from a compose file what it does not say itself', () => {
    const compose = new Map([
      [
        'Web',
        composed({
          image: 'web:1',
          command: ['serve'],
          user: '7',
          env: { LEVEL: 'info', STOCK_URL: 'http://stock:9000' },
          ports: [80],
          dependsOn: ['db', 'mail'],
          files: [{ from: '/a', to: '/b' }],
          notes: ['left out'],
        }),
      ],
      ['db', composed({ image: 'db:1', ports: [5432] })],
      ['unused', composed({ problems: [{ where: 'compose.yaml', message: 'is not wanted' }] })],
    ]);
    const { services, notes } = parse(
      {
        name: 'hello',
        compose: 'compose.yaml',
        services: {
          web: { compose: 'Web', env: { LEVEL: 'debug', STOCK_URL: 'x' }, ports: [81], ready: { tcp: 81 } },
          store: { compose: 'db', ready: { tcp: 5432 } },
        },
      },
      compose,
    );
    expect(services.web).to.deep.include({
      env: { LEVEL: 'debug', STOCK_URL: 'x' },
      ports: [81],
      after: ['store'],
      execution: {
        ...{ kind: 'image', image: 'web:1', command: ['serve'], user: '7', alias: 'Web' },
        files: [{ from: '/a', to: '/b' }],
      },
    });
    expect(services.store?.ports).to.deep.equal([5432]);
    expect(notes).to.deep.equal([
      'left out',
      'compose.yaml: depends_on: web is started without mail, which is no service here',
    ]);
  });

  it('is refused with everything that is wrong with its services and their compose file', () => {
    const ready = { log: 'up' };
    const compose = new Map([
      ['web', composed({ image: 'web:1', ports: [80], env: { STOCK: 'stock:9001' } })],
      ['built', composed({ ports: [80], problems: [{ where: 'compose.yaml:3: build', message: 'no' }] })],
      ['bare', composed({ ports: [80] })],
    ]);
    const services = {
      web: { compose: 'web', ready },
      'web-2': { compose: 'wep', ready },
      built: { compose: 'built', ready },
      bare: { compose: 'bare', ready },
      both: { compose: 'web', image: 'web', ready },
      none: { ports: [1], ready },
      local: { command: ['local'], entrypoint: ['x'], ports: [1], ready },
      stock: { image: 'stock', directory: 'here', ports: [9000], ready },
      portless: { image: 'stock', ready },
    };
    expect(problemsOf({ name: 'hello', compose: 'compose.yaml', services }, compose)).to.deep.equal([
      'firedrill.yaml: services.web-2.compose: the compose file has no service wep → did you mean web? known: web, bare, built',
      'firedrill.yaml: services.both: has an image and a service of the compose file; leave one of the two out',
      'firedrill.yaml: services.none: expected `command`, `image`, `compose` or `postgres`: what runs it',
      'firedrill.yaml: services.local.command: is a program of this machine, and other services of this system run in containers → give it an image too: all services of a system run on one runtime',
      'firedrill.yaml: services.local.entrypoint: only an image has one; name the program in `command`',
      'firedrill.yaml: services.stock.directory: expected a path in the image, which begins with /',
      'firedrill.yaml: services.portless.ports: is missing; expected the ports on which it listens',
      'compose.yaml: environment.STOCK: nothing listens on stock:9001; stock has 9000 → name every port in `ports`',
      'compose.yaml: environment.STOCK: nothing listens on stock:9001; stock has 9000 → name every port in `ports`',
      'compose.yaml:3: build: no',
      'compose.yaml: has no image',
    ]);
    expect(problemsOf({ name: 'hello', services: { web: { compose: 'web', ready } } })).to.deep.equal([
      'firedrill.yaml: services.web.compose: no compose file is named → name it at the top: compose: compose.yaml',
    ]);
  });

  const faulty: [what: string, input: object, ...problems: RegExp[]][] = [
    ['an unknown key', { ...sound, service: {} }, /service: .*services/],
    ['no service', { ...sound, services: {}, links: {}, journeys: {} }, /services: .*at least one service/],
    [
      'the name of a component',
      { ...sound, services: { ...sound.services, loki: web } },
      /services\.loki: loki is the name of a component/,
    ],
    [
      'a service that does not exist',
      withService({ after: ['stok'] }),
      /services\.web\.after\[0\]: there is no service or Collector stok → did you mean stock/,
    ],
    [
      'services that wait for each other',
      withService({ after: ['web'] }),
      /services\.web\.after: it waits for what waits for it/,
    ],
    [
      'a service that sends to a Collector which waits for it',
      sending({}, { hub: { ...hub, after: ['web'] } }),
      /services\.web\.after: it waits for what waits for it/,
    ],
    [
      'a Collector whose file is elsewhere',
      sending({}, { hub: { ...hub, config: '/etc/otelcol/config.yaml' } }),
      /collectors\.hub\.config: .*expected a file in collector\/ of the monitoring/,
    ],
    [
      'a Collector that does not exist',
      sending({ collector: 'hup' }, { hub }),
      /services\.web\.collector: there is no Collector hup → did you mean hub/,
    ],
    [
      'a Collector that takes no OTLP',
      sending({}, { hub: { ...hub, ports: [8889] } }),
      /services\.web\.collector: hub has no port for OTLP → add 4318 or 4317 to its ports/,
    ],
    [
      'a Collector for a service without telemetry',
      sending({ telemetry: 'none' }, { hub }),
      /services\.web\.collector: it sends nothing there without `telemetry: otlp`/,
    ],
    [
      'Collectors by names of others, and with wrong parts',
      {
        ...sound,
        collectors: {
          stock: hub,
          'web-2': hub,
          tempo: { ...hub, ready: { http: '/', port: 1 }, after: ['stok'] },
        },
      },
      /collectors\.stock: this is also the name of a service/,
      /collectors\.web-2: this is also the name of an instance of web/,
      /collectors\.tempo: tempo is the name of a component/,
      /collectors\.tempo\.after\[0\]: there is no service or Collector stok/,
      /collectors\.tempo\.ready\.port: 1 is not one of its ports/,
    ],
    [
      'a port that the service does not have',
      withService({ ready: { http: '/', port: 1 } }),
      /services\.web\.ready\.port: 1 is not one of its ports/,
    ],
    [
      'a journey to nowhere',
      {
        ...sound,
        journeys: { order: { service: 'wep', path: '/' }, greet: { service: 'web', port: 1, path: '/' } },
      },
      /journeys\.order\.service: there is no service wep → did you mean web/,
      /journeys\.greet\.port: 1 is not one of the ports of web/,
    ],
    [
      'a link from nowhere, by no variable, and by one without an address',
      {
        ...sound,
        links: {
          a: { from: 'wep', variable: 'STOCK_URL' },
          b: { from: 'web', variable: 'STOCK' },
          c: { from: 'other', variable: 'URL' },
        },
        services: { ...sound.services, other: { ...web, env: { URL: 'http://stock:1' } } },
      },
      /links\.a\.from: there is no service or Collector wep/,
      /links\.b\.variable: web has no variable STOCK → .*STOCK_URL/,
      /links\.c\.variable: http:\/\/stock:1 does not contain the address of one service/,
    ],
    [
      'programs of this machine for the monitoring of containers',
      {
        ...sound,
        services: { web: { image: 'web:1', ports: [8080], ready: { tcp: 8080 } } },
        links: {},
        journeys: {},
        versions: { loki: { binary: 'loki' } },
      },
      /versions\.loki\.binary: the services run in containers, .* → .* name an image in `images`/,
    ],
    [
      'images for the monitoring of programs of this machine',
      { ...sound, images: { grafana: 'grafana/grafana:12.3.0' } },
      /images\.grafana: the services run on this machine/,
    ],
    [
      'a log file that two instances would write to',
      withService({ instances: 2, logs: ['{data}/app.log', 'log/app.log'] }),
      /services\.web\.logs\[1\]: 2 instances would write to it → .*\{data\}\/app\.log/,
    ],
    [
      'log files that are not in a folder of the image',
      {
        ...sound,
        services: {
          web: { image: 'web:1', ports: [8080], ready: { tcp: 8080 }, logs: ['/log/a', '/a.log', 'b.log'] },
        },
        links: {},
        journeys: {},
      },
      /services\.web\.logs\[1\]: expected a path in the image/,
      /services\.web\.logs\[2\]: expected a path in the image/,
    ],
    [
      'a Postgres with what is not for it to have',
      {
        ...withService({ after: ['db'] }),
        services: { web, db: { postgres: { user: 'App' }, ports: [5433], instances: 2 } },
      },
      /services\.db\.postgres\.user: expected a name in lower case/,
    ],
    [
      'a Postgres with what it has of its own',
      { ...sound, services: { ...sound.services, db: { postgres: {}, ports: [5433], env: { A: 'b' } } } },
      /services\.db\.ports: a Postgres of firedrill has its own → .*by a command or from an image/,
      /services\.db\.env: a Postgres of firedrill has its own/,
    ],
    [
      'a service that does not tell when it is ready',
      { ...sound, services: { ...sound.services, other: { command: ['other'], ports: [1] } } },
      /services\.other\.ready: is missing; expected how it tells that it is ready/,
    ],
    [
      'links from a Collector that lead nowhere',
      {
        ...sound,
        collectors: { hub },
        links: {
          a: { from: 'hub', variable: 'X' },
          b: { from: 'hub' },
          c: { from: 'hub', to: 'lokki:3100' },
          d: { from: 'web', to: 'stock:9000' },
          e: { from: 'web' },
        },
      },
      /links\.a\.variable: hub is a Collector → name the address of its file in `to`/,
      /links\.b\.to: is missing/,
      /links\.c\.to: nothing is known to listen on lokki:3100 → .*loki:3100/,
      /links\.d\.to: a link of a service leads where its variable says/,
      /links\.e\.variable: is missing/,
    ],
    [
      'limits of a program of this machine',
      withService({ limits: { cpus: 1 } }),
      /services\.web\.limits: nothing would hold a program of this machine to them → run the service from an image/,
    ],
    [
      'limits that are no size, and too small ones',
      withService({ image: 'web:1', limits: { memory: 'lots', cpus: 0 } }),
      /limits\.memory: expected a size such as 256m/,
      /limits\.cpus/,
    ],
    [
      'journeys and a script',
      { ...sound, load: { script: 'load.js', journeys: ['order'] } },
      /load: the requests are those of `journeys`; leave one of the two out/,
    ],
    [
      'a service with the name of an instance',
      { ...sound, services: { ...sound.services, 'web-2': web } },
      /services\.web-2: this is also the name of an instance of web/,
    ],
  ];
  for (const [what, input, ...problems] of faulty)
    it(`is refused with ${what}`, () => {
      const found = problemsOf(input);
      expect(found, found.join('\n')).to.have.length(problems.length);
      for (const [i, problem] of problems.entries()) expect(found[i]).to.match(problem);
    });
});
