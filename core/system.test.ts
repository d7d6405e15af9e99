import { expect } from 'chai';
import { FiredrillError } from './errors.ts';
import { within } from './path.ts';
import { linkTarget, parseSystem } from './system.ts';

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

const parse = (input: unknown) => parseSystem(input, '/mine/firedrill.yaml', within('firedrill.yaml'));

/** The problems, each as `where: message → hint`. */
function problemsOf(input: unknown): string[] {
  try {
    parse(input);
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
  it('is read with its defaults', () => {
    const system = parse(sound);
    expect(system).to.include({ name: 'hello', monitoring: 'monitoring', file: '/mine/firedrill.yaml' });
    expect(system.services.stock).to.deep.include({
      instances: 1,
      telemetry: 'none',
      directory: '.',
      env: {},
      after: [],
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
      /links\.a\.from: there is no service wep/,
      /links\.b\.variable: web has no variable STOCK → .*STOCK_URL/,
      /links\.c\.variable: http:\/\/stock:1 does not contain the address of one service/,
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
