import { expect } from 'chai';
import { drillOf, expectHeld } from './testing/example-hello.ts';
import { expectFailed, expectUnjudged } from './testing/expect-outcome.ts';
import { withGrafana, withOperator, withOtlp, withScript } from './testing/hello-variants.ts';
import { overlappingCommands } from './testing/overlapping-commands.ts';

describe('a further drill of a system of the user', () => {
  const command = overlappingCommands();

  command(
    'holds without any load, where the telemetry proves the fault',
    () =>
      drillOf('web-down', {
        'scenarios/web-down.yaml': [
          ['rates: { greet: 5, order: 2 }', 'rates: {}'],
          ['  hits: { journey: greet, status: [0] }\n', ''],
          ['atLeast: 3', 'atLeast: 1'],
        ],
      }),
    expectHeld,
  );

  command(
    'is broken where the script names no journeys in the tag that is read',
    () => withScript('http://web:8080', 'journey'),
    (ended) => {
      expect(expectUnjudged(ended, 'broken', 'warm up')).to.match(
        /no load yet, or no answer, on greet, order/,
      );
    },
  );

  command(
    'holds where the service sends OTLP to a Collector of its own',
    () => withOtlp('process.env.OTEL_EXPORTER_OTLP_ENDPOINT'),
    expectHeld,
  );

  command(
    'fails where the service does not heed the address of its Collector: no metric of it exists',
    () => withOtlp("'http://127.0.0.1:9'"),
    (ended) => {
      const failed = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `WebFails@pagerduty/${check}`,
        ),
      );
      const [first] = failed.values();
      expect(first?.autopsy).to.include({ cause: 'a metric that the rule reads does not exist' });
      expect(first?.autopsy?.evidence.join('\n')).to.include('nearest existing metrics: none');
    },
  );

  command(
    'fails where the threshold of a Grafana of the user is out of reach',
    () => withGrafana(500),
    (ended) => {
      const [first] = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `Orders of Grafana@slack/${check}`,
        ),
      ).values();
      expect(first?.autopsy).to.include({ hop: 'expression true', cause: 'the threshold was never crossed' });
    },
  );

  command(
    'holds where an AlertmanagerConfig of the namespace pages',
    () => withOperator('shop'),
    (ended) => {
      expectHeld(ended);
      expect(ended.kept?.record.replacements?.map(({ path }) => path)).to.include(
        'spec.receivers[page].pagerdutyConfigs[0].routingKey',
      );
    },
  );

  command(
    'fails where the alert has no label of the namespace of an AlertmanagerConfig',
    () => withOperator(),
    (ended) => {
      const [first] = expectFailed(
        ended,
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `OrdersFail@pagerduty/${check}`,
        ),
        'drill/no-other-page',
      ).values();
      expect(first?.autopsy).to.include({ cause: 'the alert was routed elsewhere' });
    },
  );

  command(
    'fails where a page is resolved that is never to be, and where the value of a rule goes away with the fault',
    () =>
      drillOf('web-down', {
        'monitoring/prometheus/rules/web.yml': [
          ['      - alert: OrdersFail\n', `${web2Gone}      - alert: OrdersFail\n`],
        ],
        'scenarios/web-down.yaml': [
          [
            'resolvedWithin: 8m\n',
            'resolvedWithin: never\n  - { kind: page, alert: Web2Gone, receiver: pagerduty, within: 4m, resolvedWithin: 8m }\n',
          ],
        ],
      }),
    (ended) => {
      const failed = expectFailed(
        ended,
        'WebInstanceDown@pagerduty/resolved',
        ...['arrives', 'labels', 'says', 'runbook', 'stays', 'resolved'].map(
          (check) => `Web2Gone@pagerduty/${check}`,
        ),
      );
      expect(failed.get('WebInstanceDown@pagerduty/resolved')?.message).to.equal(
        'a resolved page arrived, and none is expected',
      );
      expect(failed.get('Web2Gone@pagerduty/arrives')?.autopsy).to.include({
        hop: 'expression true',
        cause: 'the compared value was gone while the fault lasted',
      });
    },
  );
});

const web2Gone = `      - alert: Web2Gone
        expr: count(up{instance="web-2"} == 1) == 0
        for: 1m
        labels: { severity: page, team: web }
        annotations: { summary: web-2, runbook: "https://wiki.example/runbooks/web/instance-down" }

`;
