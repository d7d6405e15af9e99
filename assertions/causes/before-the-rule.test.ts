import type { AlertEvidence } from '../../core/record.ts';
import { autopsyWithoutPage, type Row, testRows } from '../testing/autopsy.ts';
import { at, scenarioWith } from '../testing/basics.ts';
import { evidenceOf, firingState, hopsUntil, neverTrue, pendingState } from '../testing/evidence.ts';

const { rule } = evidenceOf();
if (!rule) throw new Error('the sample has no rule');
const selector = {
  text: 'errors_totl{job="x"}',
  metric: 'errors_totl',
  series: 0,
  nearest: [],
  labelsFound: [],
};
const logs = {
  ...{ text: '{app="x"} |= `failed`', metric: '', series: 0, nearest: [], labelsFound: [] },
  tenant: 'prod',
};
const silentFile = { service: 'web', instance: 'web', file: '/var/log/app.log', isThere: false, lines: 0 };
const logRule = { query: '(sum(rate({app="x"} |= `failed` [1m]))) > 0.1' };
const unmatched = [
  { text: 'errors', labels: [{ job: 'shop', reason: 'a' }] },
  { text: 'attempts', labels: [{ job: 'shop' }, { job: 'other' }] },
];
const pendingNow = {
  trueStretches: [{ from: at(1), to: at(6) }],
  pending: [pendingState],
  firing: [],
  alertmanager: [],
};

function withoutRule(): AlertEvidence {
  const { rule: _, ...alert } = neverTrue({
    rulesNearby: ['CheckoutErrorRateHihg', 'TelemetryDown'],
    selectors: [],
    sides: [],
  });
  return alert;
}

const rows: Row[] = [
  [
    'no such rule',
    'expression true',
    autopsyWithoutPage(withoutRule()),
    'no loaded rule is called',
    'CheckoutErrorRateHihg',
  ],
  [
    'the rule failed to evaluate',
    'expression true',
    autopsyWithoutPage(
      neverTrue({ rule: { ...rule, health: 'err', lastError: 'many-to-many matching not allowed' } }),
    ),
    'many-to-many',
  ],
  [
    'the rule failed to evaluate',
    'pending',
    autopsyWithoutPage(
      evidenceOf({
        manager: 'grafana',
        pending: [],
        firing: [],
        alertmanager: [],
        rule: { ...rule, health: 'error', lastError: 'dial tcp: connection refused' },
      }),
    ),
    'connection refused',
  ],
  ...(['pending', 'expression true'] as const).map((hop): Row => {
    const paused: Partial<AlertEvidence> = {
      manager: 'grafana',
      pending: [],
      firing: [],
      alertmanager: [],
    };
    const alert = hop === 'pending' ? evidenceOf(paused) : neverTrue(paused);
    const found = autopsyWithoutPage({ ...alert, rule: { ...rule, health: 'paused' } });
    return ['the rule is paused', hop, found, 'isPaused is set'];
  }),
  [
    'the rule asks another Loki tenant than the one that has the logs',
    'expression true',
    autopsyWithoutPage(
      neverTrue({
        manager: 'grafana',
        selectors: [{ ...logs, nearest: ['dev'] }],
        rule: { ...rule, ...logRule },
        sides: [],
      }),
    ),
    '{app="x"} |= `failed`: no line of tenant prod',
    'tenant dev has such lines',
    'tenant prod has no logs at all',
  ],
  [
    'no line of a log file arrived',
    'sample stored',
    autopsyWithoutPage(
      neverTrue({ manager: 'grafana', selectors: [logs], rule: { ...rule, ...logRule }, sides: [] }),
      { evidence: { logFiles: [silentFile, { ...silentFile, instance: 'web-2', isThere: true }] } },
    ),
    'nothing of /var/log/app.log of web arrived: there is no such file, or it cannot be read',
    'nothing of /var/log/app.log of web-2 arrived: web wrote no line to it',
  ],
  [
    'the log query of the rule matches nothing',
    'expression true',
    autopsyWithoutPage(
      neverTrue({ manager: 'grafana', selectors: [logs], rule: { ...rule, ...logRule }, sides: [] }),
      { evidence: { logFiles: [silentFile, { ...silentFile, file: '/var/log/other.log', lines: 5 }] } },
    ),
    'tenant prod has no logs at all',
    'nothing of /var/log/app.log of web arrived',
  ],
  [
    'the log query of the rule matches nothing',
    'expression true',
    autopsyWithoutPage(
      neverTrue({
        manager: 'grafana',
        selectors: [{ ...logs, labelsFound: [{ service_name: 'orders' }] }],
        rule: { ...rule, ...logRule },
        sides: [],
      }),
    ),
    'tenant prod has {service_name="orders"}',
  ],
  [
    'the log query of the rule matches nothing',
    'expression true',
    autopsyWithoutPage(
      neverTrue({
        manager: 'grafana',
        selectors: [
          {
            ...logs,
            labelsFound: [{ app: 'x' }],
            emptied: { before: '{app="x"}', stage: '| severity_text="WARN"', lines: 7 },
            fields: { severity_text: ['WARNING', 'INFO'], trace_id: ['1f'] },
          },
        ],
        rule: { ...rule, ...logRule },
        sides: [],
      }),
    ),
    '{app="x"} has 7 lines; | severity_text="WARN" lets none of them through',
    'its lines have severity_text, not as a label of the stream: "WARNING", "INFO"',
  ],
  [
    'the log query of the rule matches nothing',
    'expression true',
    autopsyWithoutPage(
      neverTrue({
        manager: 'grafana',
        selectors: [
          {
            ...logs,
            labelsFound: [{ app: 'x' }],
            unmet: [{ matcher: 'level="ERROR"', label: 'level', values: [] }],
            fields: { level: ['ERROR'], trace_id: ['1f'] },
          },
        ],
        rule: { ...rule, ...logRule },
        sides: [],
      }),
    ),
    'no stream has a label level',
    'its lines have level, not as a label of the stream: "ERROR"',
  ],
  [
    'the threshold was never crossed',
    'expression true',
    autopsyWithoutPage(
      neverTrue({
        manager: 'grafana',
        selectors: [{ ...logs, series: 1 }],
        rule: { ...rule, ...logRule },
        sides: [],
      }),
    ),
    'at most 0.5',
  ],
  [
    'Grafana read no data where there is some',
    'pending',
    autopsyWithoutPage(
      evidenceOf({ ...pendingNow, manager: 'grafana', pending: [], rule: { ...rule, health: 'nodata' } }),
    ),
    'it was true for 5.0 s',
  ],
  [
    'the telemetry was not exported',
    'sample stored',
    autopsyWithoutPage(neverTrue({ hops: hopsUntil('telemetry exported') }), {
      scenario: scenarioWith({
        fault: { ...scenarioWith().fault, telemetry: { signal: 'log', query: '{a="b"}' } },
      }),
    }),
    'Loki had no line of {a="b"} after the fault',
  ],
  [
    'the telemetry was not exported',
    'telemetry exported',
    autopsyWithoutPage(neverTrue({ hops: hopsUntil('first request hit') }), {
      evidence: {
        targets: [
          { job: 'sidecars', instance: '127.0.0.1:8889', health: 'down', lastError: 'connection refused' },
        ],
        exporterErrors: ['storefront-sidecar: Exporting failed'],
      },
    }),
    'target 127.0.0.1:8889 (sidecars) is down: connection refused',
    'Exporting failed',
    'no stored sample of errors_total{reason="payment_failed"} rose',
  ],
  [
    'the telemetry was not exported',
    'sample stored',
    autopsyWithoutPage(neverTrue({ hops: hopsUntil('telemetry exported') })),
    'errors_total',
  ],
  [
    'a metric that the rule reads does not exist',
    'expression true',
    autopsyWithoutPage(neverTrue({ selectors: [{ ...selector, nearest: ['errors_total'] }] })),
    'errors_totl{job="x"}: no series',
    'nearest existing metrics: errors_total',
  ],
  [
    'a metric that the rule reads does not exist',
    'expression true',
    autopsyWithoutPage(neverTrue({ hops: hopsUntil('telemetry exported'), selectors: [selector] })),
    'nearest existing metrics: none',
  ],
  [
    'a label that the rule selects does not exist',
    'expression true',
    autopsyWithoutPage(neverTrue({ selectors: [{ ...selector, labelsFound: [{ job: 'shop' }] }] })),
    'errors_totl exists with {job="shop"}',
  ],
  [
    'both sides of an operation exist but match no labels',
    'expression true',
    autopsyWithoutPage(neverTrue({ sides: unmatched, rule: { ...rule, query: 'errors / attempts > 0.05' } })),
    'errors: {job="shop", reason="a"}',
    '/ pairs them by all labels',
  ],
  [
    'the threshold was never crossed',
    'expression true',
    autopsyWithoutPage(
      neverTrue({ sides: unmatched, rule: { ...rule, query: 'errors / on (job) attempts > 0.05' } }),
    ),
    'at most 0.5',
  ],
  [
    'the threshold was never crossed',
    'expression true',
    autopsyWithoutPage(
      neverTrue({
        comparison: {
          left: 'ok',
          operator: '<',
          threshold: 0.9,
          observed: { min: 0.954321, max: 1 },
          samples: [],
        },
      }),
    ),
    'ok was at least 0.9543 since the fault; it must be < 0.9',
  ],
  [
    'the expression had no value',
    'expression true',
    autopsyWithoutPage(
      neverTrue({ comparison: { left: 'a / b', operator: '>', threshold: 1, samples: [] } }),
    ),
    'a / b had no value',
  ],
  [
    'the expression was true only between evaluations',
    'pending',
    autopsyWithoutPage(
      evidenceOf({ ...pendingNow, pending: [], trueStretches: [{ from: at(1), to: at(1.4) }] }),
    ),
    'longest true stretch: 400 ms',
    'evaluated every 1.0 s',
  ],
  [
    '`for` was never satisfied',
    'firing',
    autopsyWithoutPage(evidenceOf(pendingNow)),
    'longest true stretch: 5.0 s; for: 8.0 s',
  ],
  [
    'the alert was already firing when the fault was injected',
    'firing',
    autopsyWithoutPage(evidenceOf({ firing: [{ ...firingState, from: at(-5) }] })),
    'did not start firing anew',
  ],
];

describe('autopsy of an alert that did not fire', () => testRows(rows));
