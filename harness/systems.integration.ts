import { expect } from 'chai';
import { drillsInCheckout, wordsOf } from './testing/documented-commands.ts';
import { drillOf, expectHeld } from './testing/example-hello.ts';
import { expectFailed, expectRefusal, expectUnjudged } from './testing/expect-outcome.ts';
import {
  ownVersion,
  withCollector,
  withGrafana,
  withOwnPrometheus,
  withScript,
} from './testing/hello-variants.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

/* Drills of a system that is not the project's, described by its file. Further ones: systems.nightly.ts. */
describe('a drill of a system of the user', () => {
  const command = overlappingCommands();

  for (const documented of drillsInCheckout)
    command(
      `${documented} holds`,
      () => ({ args: wordsOf(documented)[1].slice('run scenario'.split(' ').length) }),
      (ended) => {
        expectHeld(ended);
        const [alert] = ended.kept?.record.evidence?.alerts ?? [];
        const reached = alert?.hops.filter(({ at }) => at !== undefined).map(({ name }) => name);
        expect(reached).to.include.members([
          'telemetry exported',
          'sample stored',
          'firing',
          'page received',
        ]);
      },
    );

  command('holds with a k6 script of the user', () => withScript('http://web:8080', 'name'), expectHeld);

  command(
    'sends no request to another machine',
    () => withScript('http://192.0.2.1:80', 'name'),
    (ended) => {
      // k6 refuses the address, so that no request is answered.
      expect(expectUnjudged(ended, 'broken', 'warm up')).to.match(
        /no load yet, or no answer, on greet, order/,
      );
    },
  );

  command(
    'holds where the service sends OTLP to a Collector of the user, which is killed, under a Prometheus of the user',
    // The Collector that firedrill builds has no httpcheck.
    async () => withOwnPrometheus(await withCollector(['httpcheck'])),
    (ended) => {
      expectHeld(ended);
      const replaced = ended.kept?.record.replacements?.map(({ path }) => path);
      expect(replaced).to.include('receivers.httpcheck');
      const { components = [] } = ended.kept?.record.stack ?? {};
      expect(components.find(({ name }) => name === 'prometheus')?.version).to.equal(ownVersion);
    },
  );

  command(
    'is refused where the Collector does not take its file',
    () => withCollector(['otlp/other']),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(/monitoring\/collector\/hub\.yaml: otelcol refuses it:/);
    },
  );

  command(
    'is refused where there is no file of a Collector',
    () => withCollector([], 'collector/hup.yaml'),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(
        /firedrill\.yaml:1: collectors\.hub\.config: there is no file .*collector\/hup\.yaml/,
      );
    },
  );

  command(
    'holds with a Grafana of the user, where the monitoring has no Alertmanager',
    () => withGrafana(0.5, true),
    (ended) => {
      expectHeld(ended);
      const started = ended.kept?.record.stack.components.map(({ name }) => name);
      expect(started).to.include('grafana').and.not.include('alertmanager');
    },
  );

  command(
    'fails where the alert reads another status than the service counts',
    () =>
      drillOf('stock-fails', { 'monitoring/prometheus/rules/web.yml': [['status=~"5.."', 'status="500"']] }),
    (ended) => {
      const failed = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `OrdersFail@pagerduty/${check}`,
        ),
      );
      expect([...failed.values()][0]?.autopsy).to.include({ hop: 'expression true' });
    },
  );

  command(
    'is broken where the service does not read the variable of the link, so that the fault hits nothing',
    () =>
      drillOf('stock-fails', {
        'web.mjs': [['process.env.STOCK_URL', 'process.env.STOCK']],
        'firedrill.yaml': [
          [
            'env: { STOCK_URL: "http://stock:9000" }',
            'env: { STOCK_URL: "http://stock:9000", STOCK: "http://stock:9000" }',
          ],
        ],
      }),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'prove fault'))
        .to.match(/10 requests of journey order .* no connection has reached the link web-to-stock/)
        .and.include('STOCK_URL of web');
    },
  );

  command(
    'is broken where a command ends at once, and shows what it printed',
    () =>
      drillOf('web-down', {
        'stock.mjs': [
          ['const [host, port]', "console.log('no stock today');\nprocess.exit(7);\nconst [host, port]"],
        ],
      }),
    (ended) => {
      const said = expectUnjudged(ended, 'broken', 'start stack');
      expect(said)
        .to.match(/stock ended by itself \(exit code 7\)/)
        .and.to.include('no stock today');
    },
  );

  command(
    'is broken where a program is not there',
    () => drillOf('web-down', { 'firedrill.yaml': [['[node, stock.mjs,', '[no-such-program, stock.mjs,']] }),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'start stack')).to.match(/no-such-program/);
    },
  );

  command(
    'is refused with each fault of its file and of the scenario',
    () =>
      drillOf('stock-fails', {
        'firedrill.yaml': [['ready: { http: /ready }', 'ready: { http: /ready, port: 1 }']],
      }),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(
        /firedrill\.yaml:\d+: services\.web\.ready\.port: 1 is not one of its ports/,
      );
    },
  );

  command(
    'is refused where the fault is put on a link that there is not',
    () =>
      drillOf('stock-fails', { 'scenarios/stock-fails.yaml': [['link: web-to-stock', 'link: web-to-stok']] }),
    (ended) => {
      expect(expectRefusal(ended, 2)).to.match(/the system has no link web-to-stok\n.*web-to-stock/);
    },
  );
});
