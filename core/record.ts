import { z } from 'zod';
import { dependencies } from './dependencies.ts';
import { firingHops, phaseNames, resolvingHops } from './hops.ts';
import { messageContent, pageContent } from './receivers/page.ts';
import { receiverNames } from './receivers/receivers.ts';
import { scenarioSchema } from './scenario.ts';

/*
 * The record of a drill: the one document from which verdicts and reports are made. It is plain data. Times named
 * `…At`, `at`, `from` and `to` are wall time in epoch milliseconds; those named `…Ms` are durations in milliseconds.
 */

const at = z.number().describe('wall time, epoch milliseconds');
const ms = z.number().describe('length, milliseconds');
const labels = z.record(z.string(), z.string());
const range = z.object({ min: z.number(), max: z.number() });

/** Version of the record's schema. It is raised when a reader of the old version would misread the new one. */
export const recordVersion = 4;
/** Records of these versions can be rendered and judged, by the checks of their time. */
export const readableVersions = [2, 3, recordVersion] as const;

/** The outcomes of a drill. */
export const outcomes = ['pass', 'fail', 'broken', 'bad-input', 'interrupted'] as const;

/** The checks of an expectation, of a proof, or of the drill as a whole. */
export const checkNames = [
  'arrives',
  'handed-over',
  'labels',
  'says',
  'runbook',
  'stays',
  'resolved',
  'notifications',
  'escalates',
  'pending-only',
  'suppressed',
  'proof',
  'no-other-page',
  'rules',
  'nothing-left',
] as const;
export type CheckName = (typeof checkNames)[number];

/** The terms of a floor: the waits from the fault to the page, or to its resolution. */
const floorTermNames = [
  // In older records only: now part of the window.
  'first failing request',
  'window',
  'expiry',
  'export',
  'batch',
  'ingest',
  'scrape',
  'query offset',
  'recording',
  'evaluation',
  'for',
  'keep firing',
  'spread',
  'group wait',
  'group interval',
  'silence',
  'delivery',
] as const;
export type FloorTermName = (typeof floorTermNames)[number];

const component = z.object({
  name: z.string(),
  tool: z.string(),
  version: z.string(),
  address: z.string(),
  readyAfterMs: ms.optional(),
  memoryMiB: z
    .number()
    .optional()
    .describe(
      'memory under load, before the fault: proportional set size of processes, working set of containers',
    ),
  image: z
    .object({ reference: z.string(), digest: z.string(), source: z.enum(['official', 'local', 'user']) })
    .optional()
    .describe(
      'of a container: the image it ran from; user: that of a service of the user, or chosen by the user',
    ),
  limits: z
    .object({ cpus: z.number().optional(), memoryMiB: z.number().optional() })
    .optional()
    .describe('what it could use at most; absent: all that there is, or the record is older'),
});

const phase = z.object({
  name: z.enum(phaseNames),
  startedAt: at,
  endedAt: at,
  outcome: z.enum(['done', 'failed', 'skipped']),
  detail: z.string().optional(),
});

/** One second of the load on all journeys. */
const loadSecond = z.object({
  at,
  requests: z.int(),
  failed: z.int().describe('responses that k6 counts as failed: status 4xx, 5xx or none'),
  hit: z.int().describe('requests that the fault hit'),
});

const load = z.object({
  seconds: z.array(loadSecond),
  journeys: z.record(z.string(), z.object({ requests: z.int(), failed: z.int(), p99Ms: ms })),
  droppedIterations: z.int(),
});

const faultWindow = z.object({
  injectedAt: at,
  heldUntil: at.optional().describe('when the revert was started; absent in records of version 2'),
  revertedAt: at.optional(),
  firstHitAt: at.optional(),
  lastHitAt: at.optional(),
  hits: z.int().describe('requests that the fault hit'),
  requests: z.int().describe('requests of the journey in the window'),
  hitsBefore: z.int().describe('requests before injection that match the criteria of a hit'),
  required: z.int().describe('fewest hits that prove the fault'),
});

const hop = z.object({
  name: z.enum([...firingHops, ...resolvingHops]),
  at: at.optional().describe('absent: not reached, as far as the source knows'),
  source: z.string().describe('the component that knows the time, and the query or endpoint'),
  detail: z.string().optional(),
});

const floorTerm = z.object({
  name: z.enum(floorTermNames),
  source: z.string().describe('the setting or formula that it comes from'),
  best: ms,
  mean: ms,
  worst: ms,
  worstAlone: ms
    .optional()
    .describe('the worst case if no other alert of the group comes first, where that is left to chance'),
});
const floor = z.object({
  terms: z.array(floorTerm),
  best: ms,
  mean: ms,
  worst: ms,
  beyondPaceMs: ms
    .optional()
    .describe('the part of the worst case that the pace could not divide; it is added to targets'),
});

/** A page: one alert in a message that a receiver got. */
const page = z.object({
  receiver: z.enum(receiverNames),
  receivedAt: at,
  monotonicMs: ms,
  ...pageContent,
  contactPoints: z
    .array(z.string())
    .optional()
    .describe(
      "names of Alertmanager's receivers or Grafana's contact points with the address that it was sent to; several may share one",
    ),
  delivery: z.int().describe('index into deliveries'),
  notification: z
    .int()
    .optional()
    .describe('index into notifications: the notification that the message was sent for'),
  shown: z
    .boolean()
    .optional()
    .describe('false: the message was sent for this alert, by its manager, and does not show it'),
});

/**
 * A notification as its manager sent it, before any vendor template: received by an observer beside each notifier of
 * the configuration.
 */
const notification = z.object({
  manager: z.enum(['prometheus', 'grafana']),
  contactPoint: z.string().describe("Alertmanager's receiver or Grafana's contact point"),
  kind: z.enum(receiverNames).describe('kind of the notifier that the observer is beside'),
  index: z.int().describe('index of the notifier among those of its kind in the contact point, from 0'),
  at,
  monotonicMs: ms,
  groupKey: z.string(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels,
      annotations: labels,
      startsAt: at,
      fingerprint: z.string(),
    }),
  ),
  delivery: z
    .int()
    .optional()
    .describe('index into deliveries: the message that carried it; absent: no message arrived'),
  attempts: z
    .array(z.int())
    .optional()
    .describe('indexes into deliveries: every message that carried it, also refused ones'),
  template: z
    .enum(['default', 'own'])
    .optional()
    .describe(
      "whether the message comes from a template of the notifier's configuration (own) or from the default template",
    ),
});

/** A request that a receiver got, accepted or not. */
const delivery = z.object({
  receiver: z.enum(receiverNames),
  at,
  monotonicMs: ms,
  path: z.string(),
  body: z.string(),
  responseStatus: z.int().describe('0: no response was sent'),
  responseBody: z.string(),
  refused: z
    .literal(true)
    .optional()
    .describe(
      'the vendor does not deliver the message, although the status is one of success (Slack, Teams)',
    ),
  ...messageContent,
});

/** The result of opening a runbook link. */
const runbook = z.object({
  url: z.string(),
  status: z.int().optional().describe('of the last response, after redirects'),
  problem: z.string().optional().describe('why there was no response'),
  redirects: z.array(z.string()).optional().describe('targets of redirects, in order'),
  page: z
    .object({
      type: z.enum(['html', 'other']),
      headings: z
        .array(z.string())
        .describe("an HTML page's title and its first heading, a text's first line"),
      text: z.int().describe('characters of text that it shows without running scripts'),
      scripts: z.boolean().describe('whether it has scripts, which may show more'),
      asksPassword: z.boolean(),
      anchor: z
        .enum(['found', 'missing'])
        .optional()
        .describe("whether the page has the link's fragment; absent: the link has none, or it is unknown"),
    })
    .optional()
    .describe('content of the last response; absent unless its status is 200'),
});

const state = z.object({
  labels,
  from: at,
  to: at.describe('the last evaluation that is known to have found it in this state'),
  endedAt: at
    .optional()
    .describe('of a firing alert: the evaluation that ended it; absent: its end was not observed'),
});

/** An alert that was still pending or firing after the wait for its end. */
const leftAlert = z.object({
  manager: z.enum(['prometheus', 'grafana']),
  alert: z.string(),
  labels,
  state: z.string().describe("pending or firing; Grafana: also its rule's state without data or in error"),
  since: at.optional(),
  rule: z
    .object({ file: z.string(), group: z.string() })
    .optional()
    .describe('its file or folder, and its group'),
});

const stretch = z.object({ from: at, to: at });

/** A relabelling entry of prometheus.yml that changes or drops alerts on the way to Alertmanager, or series. */
const relabelling = z.object({
  place: z.string().describe('path within prometheus.yml'),
  entry: z.string().describe('as written'),
});

/** A metric selector of a rule, or a log query, and the series or streams that match it. */
const selector = z.object({
  text: z.string(),
  metric: z.string(),
  series: z.int(),
  nearest: z.array(z.string()).describe('existing metric names most similar to it, if it has no series'),
  labelsFound: z.array(labels).describe('label sets of some series of the metric by name alone'),
  droppedBy: relabelling
    .optional()
    .describe('of a metric without series: the entry that drops a scraped series of this name'),
  tenant: z
    .string()
    .optional()
    .describe('of a log query: the tenant that was queried; nearest then lists tenants with such lines'),
  absence: z
    .enum(['wanted', 'tolerated'])
    .optional()
    .describe(
      'without a matching series the rule may be true (wanted), or another operand replaces it (tolerated); absent: the series is needed',
    ),
  unmet: z
    .array(
      z.object({
        matcher: z.string(),
        label: z.string(),
        values: z
          .array(z.string())
          .describe('values of the label, the most similar first; empty: there is no such label'),
      }),
    )
    .optional()
    .describe('matchers that no series of the metric, or no stream of the tenant, satisfies by itself'),
  emptied: z
    .object({
      before: z.string().describe('the log query up to that stage'),
      stage: z.string(),
      lines: z.int().describe('lines that reach the stage'),
    })
    .optional()
    .describe('of a log query without lines: the stage that drops all lines that reach it'),
  fields: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('structured metadata and parsed fields of the existing lines, with some of their values'),
});

/** A series of each side of an operation, and their values at one time. */
const pair = z.object({ labels, left: z.number(), right: z.number() });

/** A condition of a rule's expression, and its values since the fault. */
const condition = z.object({
  kind: z.enum(['and', 'or', 'unless', 'arithmetic', 'comparison', 'absence', 'vector']),
  text: z.string().describe('has a result while the condition holds'),
  parent: z.int().optional().describe('index of the condition that contains it; absent: the whole rule'),
  left: z
    .string()
    .optional()
    .describe('left side of a comparison; of an absence: the vector that must be absent'),
  operator: z.string().optional(),
  threshold: z.number().optional().describe('absent: the right side is not a number'),
  right: z.string().optional().describe('right side, if it is a vector'),
  bool: z.literal(true).optional().describe('the comparison has `bool`: it gives 0 or 1 and drops nothing'),
  observed: range
    .optional()
    .describe('of a comparison: range of its left side; absent: it had no finite value'),
  observedRight: range.optional().describe('of a comparison with a vector: range of its right side'),
  nearest: pair
    .optional()
    .describe('of a comparison with a vector that never held: the pair of series that came nearest to it'),
  notNumbers: z
    .literal(true)
    .optional()
    .describe('the left side had values, but none was finite, as with 0/0'),
  held: z.array(stretch).describe('intervals since the fault in which it held'),
  gone: z
    .object({
      series: z.int().describe('number of series of the left side since the fault'),
      stretches: z
        .array(
          stretch.extend({
            labels,
            notNumber: z
              .literal(true)
              .optional()
              .describe('it was no number, as 0/0 is; absent: it had no sample'),
          }),
        )
        .describe('the longest, in the order of their beginning'),
    })
    .optional()
    .describe(
      'of a comparison: intervals since the fault in which a series of its left side had lost its value; absent: there were none',
    ),
  unpaired: z
    .object({
      expression: z.string(),
      sides: z.array(z.object({ text: z.string(), labels: z.array(labels) })),
    })
    .optional()
    .describe(
      'of a condition that never held: an operation in it between two vectors that both had series, but no matching labels',
    ),
});

/** A recording rule whose metric the alert's rule reads, directly or through other recording rules. */
const recording = z.object({
  metric: z.string(),
  file: z.string(),
  group: z.string(),
  query: z.string(),
  written: z
    .object({ file: z.string(), query: z.string() })
    .optional()
    .describe('as written in the given file, before the pace is applied'),
  intervalMs: ms,
  health: z.string(),
  lastError: z.string(),
  selectors: z.array(selector),
});

/** The samples in the window of a function such as `rate`. */
const windowRead = z.object({
  function: z.string(),
  text: z.string(),
  written: z.string().optional().describe('the same as written, before the pace is applied'),
  windowMs: ms,
  samples: range.describe(
    'samples in the window at each step since the fault, of the series with the most samples',
  ),
  enough: z.number().describe('of the steps with samples: the share with two or more'),
  everyMs: ms.optional().describe('typical time between two samples'),
  writtenEveryMs: ms.optional().describe('the same, before the pace is applied'),
  born: z
    .object({ at, first: z.number(), rise: z.number() })
    .optional()
    .describe(
      'if every series of the selector began after the fault: when the first one began, the sum of their first values, and their increase afterwards',
    ),
});

/** Requests of notifiers of one kind that their far ends accepted, from one look at Alertmanager's counters to the next. */
const handedOver = z.object({
  kind: z.string().describe("Alertmanager's name of the integration, e.g. webhook"),
  at: at.describe('the look that showed them'),
  accepted: z.int(),
  mayBeOf: z
    .array(z.object({ labels, receivers: z.array(z.string()) }))
    .optional()
    .describe(
      'alerts that led to a notifier of this kind then: the counters do not tell which of them was sent',
    ),
});

/** An inhibit rule of Alertmanager, with its matchers as text. */
const inhibitRule = z.object({
  index: z.int(),
  source: z.array(z.string()),
  target: z.array(z.string()),
  equal: z.array(z.string()),
});

const alertmanagerAlert = z.object({
  labels,
  firstSeenAt: at.describe('when a poll of the API first showed it'),
  receivedAt: at.describe('updatedAt when first seen: when Alertmanager received it'),
  startsAt: at,
  receivers: z.array(z.string()),
  state: z.string(),
  inhibitedBy: z.array(z.string()),
  silencedBy: z.array(z.string()),
  mutedBy: z.array(z.string()),
  fingerprint: z.string().optional().describe("Alertmanager's identifier of the alert"),
  inhibitors: z
    .array(
      z.object({
        fingerprint: z.string(),
        labels: labels.optional().describe('absent: no poll showed the alert'),
        rule: inhibitRule.optional().describe('the inhibit rule that applied'),
      }),
    )
    .optional()
    .describe('the alerts of inhibitedBy'),
  notSilencedBy: z
    .array(
      z.object({
        id: z.string(),
        unmet: z.array(z.string()).describe('its matchers that the alert does not satisfy'),
      }),
    )
    .optional()
    .describe('silences that were in force and do not match it'),
  notInhibitedBy: z
    .array(
      z.object({
        labels: labels.describe('of the alert of that name that is nearest to inhibiting this one'),
        rule: inhibitRule,
        unmet: z.object({
          source: z
            .array(z.string())
            .describe('matchers that the alert that should inhibit does not satisfy'),
          target: z.array(z.string()).describe('matchers that this alert does not satisfy'),
          equal: z.array(z.string()).describe('labels in which the two alerts differ'),
        }),
        mutual: z
          .literal(true)
          .optional()
          .describe('each alert matches both sides: such alerts do not inhibit each other'),
      }),
    )
    .optional()
    .describe(
      'of an alert that the scenario expects to be suppressed by another one that did not inhibit it: every inhibit rule, and what kept it from applying; absent: that alert was never there',
    ),
});

const route = z.object({
  receiver: z.string(),
  path: z.array(z.string()).describe('matchers of the routes taken, root first'),
  groupWaitMs: ms,
  groupIntervalMs: ms,
  groupBy: z
    .array(z.string())
    .optional()
    .describe('labels by which alerts are grouped; ... means all labels'),
  repeatIntervalMs: ms.optional().describe('absent in records of version 2'),
  silent: z
    .array(z.string())
    .optional()
    .describe(
      'times at which no route of the alert to this receiver sends: names of mute intervals, and of active intervals as `the times outside of NAME`; absent: it always sends',
    ),
});

/** A route that an alert does not take. */
const missedRoute = z.object({
  receiver: z.string(),
  path: z.array(z.string()).describe('matchers of the route and of those above it, root first'),
  unmet: z
    .array(z.object({ label: z.string(), operator: z.enum(['=', '!=', '=~', '!~']), value: z.string() }))
    .describe('matchers of the first of these routes that the alert does not satisfy'),
  takenBy: z.string().optional().describe('matchers of the route that takes the alert instead'),
});

/** The evidence about one alert that a scenario has an expectation of. */
const alertEvidence = z.object({
  alert: z.string(),
  manager: z
    .enum(['prometheus', 'grafana'])
    .default('prometheus')
    .describe('which manager evaluates its rule'),
  rule: z
    .object({
      file: z.string(),
      group: z.string(),
      index: z.int().optional().describe('index among the rules of its group, from 0'),
      namesakes: z.int().optional().describe('number of other loaded rules of the same name'),
      query: z.string(),
      written: z
        .object({ file: z.string(), query: z.string() })
        .optional()
        .describe('as written in the given file, before the pace is applied'),
      forMs: ms,
      keepFiringForMs: ms,
      intervalMs: ms,
      labels,
      annotations: labels,
      health: z.string(),
      lastError: z.string(),
      noDataState: z.string().optional().describe('of a rule of Grafana; absent in older records'),
    })
    .optional()
    .describe('absent: no loaded rule has this name'),
  rulesNearby: z
    .array(z.string())
    .describe('names of loaded alerting rules, the most similar to its own first; of many only the first 20'),
  selectors: z.array(selector),
  comparison: z
    .object({
      left: z.string(),
      operator: z.string(),
      threshold: z.number(),
      observed: range.optional().describe('absent: the left side had no value'),
      samples: z.array(z.tuple([at, z.number()])),
    })
    .optional()
    .describe('the outermost comparison with a number, and the values of its left side during the fault'),
  sides: z
    .array(z.object({ text: z.string(), labels: z.array(labels) }))
    .describe('both sides of the outermost binary operation between vectors'),
  conditions: z
    .array(condition)
    .optional()
    .describe('the conditions of the expression, outermost first, with each side of its set operators'),
  recordings: z
    .array(recording)
    .optional()
    .describe('recording rules of the metrics that it reads, nearest first'),
  windows: z.array(windowRead).optional().describe('windows of functions that need two samples'),
  quantiles: z
    .array(
      z.object({
        argument: z.string(),
        labels: z.array(labels).describe('of its series, if none has `le`'),
        highest: z
          .number()
          .optional()
          .describe('its highest finite bucket, which no quantile exceeds; absent: no series has `le`'),
      }),
    )
    .optional()
    .describe('arguments of histogram_quantile that have series'),
  notifying: z
    .object({
      active: z.int().describe('Alertmanagers that Prometheus sends to'),
      dropped: z.int().describe('Alertmanagers that were discovered and dropped by relabel_configs'),
      configured: z.int().describe('entries of alerting.alertmanagers'),
      droppedBy: relabelling.optional().describe('the entry that drops this alert before every Alertmanager'),
      sent: labels.optional().describe("the alert's labels as Prometheus sends them"),
    })
    .optional()
    .describe('of an alert of Prometheus: how it is sent to Alertmanager, by the configuration'),
  trueStretches: z.array(stretch),
  pending: z.array(state),
  firing: z.array(state),
  alertmanager: z.array(alertmanagerAlert),
  route: route.optional(),
  missedRoutes: z
    .array(missedRoute)
    .optional()
    .describe('routes to the expected receiver, if the alert takes none of them'),
  contactPoints: z
    .array(
      z.object({
        name: z.string(),
        kinds: z
          .array(z.string())
          .describe('kinds of its notifiers; empty: it has no notifier and sends nothing'),
        noResolved: z
          .array(z.string())
          .optional()
          .describe('kinds of its notifiers that do not send resolved messages'),
      }),
    )
    .optional()
    .describe(
      "Grafana's contact points, from its running Alertmanager; of an alert of Prometheus, Alertmanager's receivers, from its file",
    ),
  hops: z.array(hop),
});

const target = z.object({ job: z.string(), instance: z.string(), health: z.string(), lastError: z.string() });

/** A log line in Loki. */
const logLine = z.object({
  at,
  service: z.string(),
  severity: z.string(),
  text: z.string(),
  traceId: z.string().optional(),
  spanId: z.string().optional(),
  labels: labels.describe('stream labels and structured metadata'),
});

const span = z.object({
  spanId: z.string(),
  parentId: z.string().optional(),
  service: z.string(),
  instance: z.string().optional(),
  name: z.string(),
  kind: z.string(),
  startAt: at,
  durationMs: ms,
  status: z.enum(['unset', 'ok', 'error']),
  statusMessage: z.string().optional(),
  attributes: labels.describe("the span's, and `exception.message` of its events"),
});
const trace = z.object({ traceId: z.string(), spans: z.array(span) });

/** The evidence for one proof, of the same kind as the scenario's proof at the same index. */
const proofEvidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('log'),
    total: z.int(),
    untraced: z.int(),
    lines: z.array(logLine).describe('the first few'),
  }),
  z.object({
    kind: z.literal('log-count'),
    lines: z.int(),
    hits: z.int(),
    noise: z.array(logLine).describe('the first few'),
  }),
  z.object({
    kind: z.literal('trace'),
    asked: z.string().describe('the query, or the trace id of the log line'),
    found: z.int(),
    trace: trace.optional(),
  }),
  z.object({
    kind: z.literal('p99'),
    prometheusMs: ms.optional().describe('absent: no value'),
    k6Ms: ms,
    requests: z.int(),
  }),
  z.object({
    kind: z.literal('budget'),
    query: z.string().describe('the query of the panel'),
    before: z
      .number()
      .optional()
      .describe('share of the budget that was left at the injection; absent: no value'),
    after: z.number().optional().describe('the same at the end of the drill'),
    requests: z.int().describe('requests of the journey that k6 made between injection and revert'),
    failed: z.int().describe('those of them without an answer or with status 5xx'),
    perSecond: z.number().describe('rate of the journey'),
  }),
  z.object({
    kind: z.literal('readiness'),
    checks: z.int(),
    notReady: z.array(z.object({ pod: z.string(), at, status: z.int() })).describe('status 0: no answer'),
    lastReady: z
      .record(z.string(), at)
      .optional()
      .describe('the last answer of 200 of each pod, if the proof expects that it turns unready'),
  }),
  z.object({
    kind: z.literal('sampling'),
    from: at,
    to: at,
    failed: z.object({ requests: z.int(), traces: z.int() }),
    slow: z.object({ requests: z.int(), traces: z.int() }),
    rest: z.object({ requests: z.int(), traces: z.int() }),
    stalled: z
      .int()
      .optional()
      .describe('failed or slow requests that are not judged, because the machine stalled during them'),
  }),
  z.object({
    kind: z.literal('rollback'),
    before: z.string().describe('the revision that ran before the fault'),
    deployments: z
      .array(
        z.object({
          revision: z.string(),
          startedAt: at,
          deployedAt: at,
          by: z.string().describe('the account that started it'),
          rollback: z.boolean().describe('false: the drill deployed it'),
        }),
      )
      .describe('of the application, since the injection'),
    lastOperation: z.string().optional().describe('how the last operation of the controller ended'),
    decisions: z
      .array(
        z.object({
          at,
          alert: z.string(),
          application: z.string(),
          action: z.enum(['roll back', 'none', 'failed']).describe('failed: the controller refused'),
          reason: z.string().optional(),
          from: z.string().optional(),
          to: z.string().optional(),
        }),
      )
      .describe('what the rollback adapter decided on the alerts that it was sent'),
    after: z
      .object({ requests: z.int(), failed: z.int() })
      .optional()
      .describe(
        "requests of the fault's journey that began after the first rollback; absent: there was none",
      ),
  }),
]);

const manager = z.enum(['prometheus', 'grafana']);

/** A stretch in which an alert was at its Alertmanager and was not notified, and what kept it back. */
const suppression = z.object({
  manager,
  kind: z.enum(['inhibited', 'silenced', 'muted']),
  labels: labels.describe('of the alert'),
  by: z
    .string()
    .describe(
      "the fingerprint of the alert that inhibits it, the silence's id, or the name of the time interval that mutes it",
    ),
  from: at.describe('the first look at the API that showed it'),
  to: at.describe('the last look that showed it'),
  endedAt: at.optional().describe('the first look that no longer did; absent: its end was not observed'),
  inhibitor: labels.optional().describe('of the alert that inhibits it; absent: no look showed that alert'),
  silence: z
    .object({
      comment: z.string(),
      createdBy: z.string(),
      startsAt: at,
      endsAt: at,
      matchers: z.array(z.string()),
    })
    .optional()
    .describe('absent: Alertmanager did not list the silence at the end of the drill'),
  contactPoint: z
    .string()
    .optional()
    .describe("of a muted alert: Alertmanager's receiver that it was kept from; it may reach others"),
});

const points = z
  .array(z.tuple([at, z.number()]))
  .describe('values over the drill; one that is equal to both of its neighbours is left out');

/** The error ratios that an alert on burn rates compares with its thresholds, over the drill. */
const budget = z.object({
  alert: z.string(),
  labels: labels.describe(
    'that the rule sets: they tell apart rules of one name, as for a page and a ticket',
  ),
  slo: z.string().optional().describe("its name, from a label of the ratios' series whose name ends in slo"),
  objective: z.number().optional().describe('share of good events; absent: the thresholds are plain numbers'),
  windows: z.array(
    z.object({
      window: z.string().describe('as the rule is written, before the pace is applied, e.g. 1h'),
      condition: z
        .int()
        .describe('the rule is true while all windows of one condition are above their threshold'),
      burnRate: z.number().optional().describe('threshold ÷ (1 − objective)'),
      threshold: z.number(),
      points: points.describe('the ratio; of several series the largest'),
    }),
  ),
  remaining: points
    .optional()
    .describe(
      'the share of the budget that is left, of several series the smallest; absent: no rule records it',
    ),
});

const silence = z.object({
  id: z.string(),
  createdBy: z.string(),
  comment: z.string(),
  startsAt: at,
  endsAt: at,
  matchers: z.array(z.string()),
});

/** A log file that an instance of a service of the user writes. */
const tailedFile = z.object({
  service: z.string(),
  instance: z.string(),
  file: z.string().describe("as the system's file names it"),
  isThere: z.boolean().describe('whether the Collector that tails it has found it'),
  lines: z.int().describe('how many of its lines are in Loki'),
});

/** What changed in the configuration of a staging while the drill ran. */
const reconfigured = z.object({
  files: z.array(z.string()).describe('files in whose place the components show others at the end'),
  gone: z
    .array(z.object({ manager: z.enum(['prometheus', 'grafana']), receiver: z.string() }))
    .describe('receivers of Alertmanager and contact points of Grafana that are not there any more'),
  copiesGone: z
    .array(z.string())
    .describe('contact points of Grafana from which somebody else has removed the webhook of the drill'),
});

const evidence = z.object({
  reconfigured: reconfigured
    .optional()
    .describe('of a staging whose configuration changed while the drill ran'),
  handedOver: z
    .array(handedOver)
    .optional()
    .describe('of a staging whose pages are judged up to the notifier'),
  alerts: z.array(alertEvidence),
  suppressions: z
    .array(suppression)
    .optional()
    .describe(
      'of every alert since the fault, expected or not; absent in older records. Grafana shows no muting: see mutedBy',
    ),
  silences: z
    .array(silence)
    .optional()
    .describe('silences of Alertmanager that were in force after the injection; absent: there were none'),
  left: z
    .array(leftAlert)
    .optional()
    .describe('alerts that were still active at the end, of either manager; absent in records of version 2'),
  budgets: z
    .array(budget)
    .optional()
    .describe('of the expected alerts of Prometheus on burn rates; absent in older records'),
  targets: z.array(target),
  notifierErrors: z
    .array(z.string())
    .describe("errors from the notifiers' own counters, and from the logs of Grafana's contact points"),
  failedNotifications: z
    .array(
      z.object({
        at,
        manager: z.enum(['prometheus', 'grafana']),
        contactPoint: z.string().optional().describe('absent: the log names only the kind'),
        kind: z.string(),
        index: z.int().optional(),
        final: z.boolean().describe('true: the manager gave up; false: it would retry'),
        message: z.string(),
      }),
    )
    .optional()
    .describe('notifications that could not be sent during the fault, from the logs of the managers'),
  exporterErrors: z.array(z.string()).describe('error lines of the Collectors during the fault'),
  logFiles: z
    .array(tailedFile)
    .optional()
    .describe('absent: no service of the system names log files, or the record is older'),
  proofs: z
    .array(z.union([proofEvidence, z.object({ kind: z.literal('unread'), problem: z.string() })]))
    .default([])
    .describe("one for each of the scenario's proofs, in their order"),
  refusedHosts: z
    .array(z.object({ at, target: z.string(), reason: z.string() }))
    .default([])
    .describe('requests of components to hosts outside of the run, which the proxy refused'),
});

const confinement = z.object({
  watched: z.boolean().describe('whether the sockets of the components could be watched'),
  outside: z
    .array(z.object({ component: z.string(), protocol: z.enum(['tcp', 'udp']), address: z.string(), at }))
    .describe("connections that components opened, or tried to open, to other addresses than the run's own"),
});

/** A loaded rule. */
const ruleIdentity = {
  manager,
  name: z.string().describe("of an alerting rule the alert's name, of a recording rule the metric's"),
  file: z.string().describe("Prometheus: the rule file; Grafana: the rule's folder"),
  group: z.string(),
  query: z.string(),
};

/** The evaluations of one rule, from the quiet gate until the evidence is collected. */
const ruleHealth = z.object({
  ...ruleIdentity,
  kind: z.enum(['alerting', 'recording']),
  evaluations: z.int().describe('number of evaluations seen'),
  failed: z.int().describe('number of them that failed'),
  firstFailedAt: at.optional(),
  failing: z.boolean().describe('whether the last one seen failed'),
  lastError: z.string().describe('error of the last failed evaluation'),
});

/** An alert that was active, or was paged, while nothing was broken. It kept the quiet gate shut. */
const noise = z.object({
  ...ruleIdentity,
  query: z.string().describe('empty: its rule is not known'),
  labels,
  state: z
    .enum(['pending', 'firing', 'no data', 'error', 'other', 'held', 'paged'])
    .describe('held: its manager still holds it although its rule is inactive; paged: only a page showed it'),
  value: z.number().optional().describe("the expression's value for this alert"),
  comparison: z
    .object({
      left: z.string(),
      operator: z.string(),
      threshold: z.number(),
      observed: range.optional().describe('absent: the left side had no value'),
    })
    .optional()
    .describe('the comparison with a number that decides, and the values of its left side'),
  versus: pair
    .extend({ expressions: z.object({ left: z.string(), right: z.string() }), operator: z.string() })
    .optional()
    .describe(
      'the comparison between vectors that decides, and the values of both sides of the clearest pair',
    ),
  bool: z
    .object({ left: z.string(), operator: z.string(), right: z.string(), observed: range.optional() })
    .optional()
    .describe('the comparison with `bool` that decides, and the values of its left side'),
  isConstant: z.boolean().describe('the expression reads no series'),
  unread: z.array(selector).describe('selectors of the expression that match no series'),
  noDataState: z.string().optional(),
  execErrState: z.string().optional(),
  lastError: z.string(),
  receivers: z.array(z.enum(receiverNames)).describe('receivers that it paged'),
  route: z
    .enum(['expected', 'shared', 'default'])
    .optional()
    .describe('of an alert that always fires: the kind of route it takes, if it has no route of its own'),
});

/** An alert that is meant to fire all the time, on a route of its own. */
const alwaysFiring = z.object({
  ...ruleIdentity,
  labels,
  declared: z.boolean().describe('declared by the scenario; false: recognised by its constant expression'),
  receiver: z.enum(receiverNames).optional().describe('the receiver that the scenario declares for it'),
  contactPoints: z.array(z.string()).describe('contact points of its routes'),
  notifies: z.boolean().describe('whether one of them has a notifier'),
  firing: z.array(z.object({ from: at, to: at })).describe('intervals in which polls saw it firing'),
});

const rules = z.object({
  from: at.describe('when watching the rules began: at the quiet gate, after the warm-up'),
  to: at,
  health: z.array(ruleHealth),
  noise: z.array(noise).describe('empty unless the gate stayed shut although service and stack were healthy'),
  alwaysFiring: z.array(alwaysFiring),
});

const autopsy = z.object({
  hop: z.enum([...firingHops, ...resolvingHops]),
  cause: z.string(),
  evidence: z.array(z.string()),
});

const verdict = z.object({
  id: z.string().describe('expectation and check, e.g. HighErrorRate@slack/arrives'),
  title: z.string(),
  check: z.enum(checkNames).optional().describe('absent, like what it is about, in records before version 4'),
  expectation: z.int().optional().describe('index into expectations of the scenario'),
  alert: z.string().optional().describe('of that expectation'),
  receiver: z.enum(receiverNames).optional().describe('of that expectation, where it is of a page'),
  proof: z.int().optional().describe('index into proofs of the scenario'),
  outcome: z.enum(['pass', 'fail', 'broken']),
  message: z.string(),
  targetMs: ms.optional(),
  measuredMs: ms.optional(),
  floor: floor.optional(),
  evidence: z.array(z.string()),
  autopsy: autopsy.optional(),
});

const problem = z.object({
  kind: z.enum(['bad-input', 'broken', 'interrupted']),
  phase: z.enum(phaseNames).optional(),
  problems: z.array(z.object({ where: z.string(), message: z.string(), hint: z.string().optional() })),
});

const machine = z.object({
  processors: z.int(),
  busy: z
    .array(z.object({ from: at, to: at }))
    .describe('intervals of two seconds or more in which all processors were busy'),
});

/** Changes of the machine's wall clock during the drill, against its monotonic clock. */
const clock = z.object({
  steps: z
    .array(z.object({ from: at, to: at, byMs: ms, monotonicMs: ms }))
    .describe('jumps: wall time before and after, and the difference from the time that passed'),
  driftMs: ms.describe('total shift of wall time against the monotonic clock, jumps included'),
});

/** The past that was written to Prometheus before the fault. */
const history = z.object({
  series: z.int(),
  samples: z.int(),
  from: at.optional().describe('the time of the oldest sample; absent without samples'),
});

/** What the dead-man's switch saw and did. */
const deadMansSwitch = z.object({
  patienceMs: ms.describe('it pages when no ping has come for this long'),
  pings: z.array(at),
  events: z.array(
    z.object({
      at,
      action: z.enum(['trigger', 'resolve']),
      to: z.string().describe('PagerDuty, or an Alertmanager of the stack'),
      problem: z.string().optional().describe('why the event was not accepted'),
    }),
  ),
});

/** Why the stack of an earlier drill was not reused. */
const newBecause = z.object({
  drill: z.string().describe('the drill that the stack belonged to'),
  kind: z.enum([
    'not held',
    'undo failed',
    'component lost',
    'messages refused',
    'notifications failed',
    'series made',
    'long window',
    'group kept',
    'alert lasts',
    'other history',
  ]),
  detail: z.string().optional().describe('the selector, undo, rule or alert in question'),
});

/** A part of the user's files that a drill cannot use, and what it uses instead. */
const replacement = z.object({
  file: z.string().describe('as the user knows it'),
  path: z.string().describe('keys within the file, e.g. scrape_configs[web].tls_config; empty: the file'),
  line: z.int().optional(),
  what: z.string().describe('what was done with it; without values that could be secret'),
  why: z.string(),
});

export const recordSchema = z.object({
  version: z.literal(readableVersions),
  id: z.string(),
  startedAt: at,
  endedAt: at.optional(),
  scenario: scenarioSchema,
  pace: z.object({ name: z.enum(['real', 'fast']), factor: z.number() }),
  seed: z
    .int()
    .optional()
    .describe(
      'seed that decides which requests are hit by a fault that hits a share of them; absent in records of version 2',
    ),
  stack: z.object({
    name: z.string(),
    topology: z.string(),
    runtime: z.string(),
    system: z.string().optional().describe('name of the system under drill; absent in older records'),
    components: z.array(component),
    drillsBefore: z
      .array(z.string())
      .optional()
      .describe('earlier drills on this stack, oldest first; absent: the stack was started for this drill'),
    newBecause: newBecause
      .optional()
      .describe('absent: no earlier drill of the command had a suitable stack'),
  }),
  attached: z
    .object({
      name: z.string().describe('of the staging'),
      pages: z
        .enum(['received', 'until-notifier'])
        .describe('until-notifier: no page was rerouted, so the way is judged up to the notifier'),
    })
    .optional()
    .describe('a staging that ran already; absent: firedrill started the stack'),
  machine: machine.optional().describe('the machine that ran the drill; absent in older records'),
  clock: clock.optional().describe('absent in records of version 2'),
  versions: labels.describe('of firedrill, node and each tool, as the tool reports it'),
  configuration: z.array(z.object({ file: z.string(), sha256: z.string() })),
  dependencies: z
    .array(dependencies.extend({ expectation: z.int().describe('index into expectations of the scenario') }))
    .optional()
    .describe('what each expected page depends on; absent if the drill broke before, and in older records'),
  unpacedRules: z
    .array(
      z.object({
        manager: z.enum(['prometheus', 'grafana']),
        alert: z.string(),
        where: z.string().describe('file and group'),
        reasons: z.array(
          z.object({
            kind: z.enum(['few', 'clock', 'forecast']),
            text: z.string().describe('the part of the expression, as written'),
            needs: z.number().optional().describe('for `few`: how many events it needs'),
          }),
        ),
      }),
    )
    .optional()
    .describe('rules that cannot be judged at this pace: their silence proves nothing'),
  replacements: z
    .array(replacement)
    .optional()
    .describe("what of the user's files was replaced or left out; absent: nothing"),
  phases: z.array(phase),
  rules: rules.optional().describe('every rule that is not paused; absent in records of version 2'),
  history: history
    .optional()
    .describe('what was written to Prometheus of the history that the scenario asks for; absent: nothing'),
  deadMansSwitch: deadMansSwitch.optional().describe('absent: the stack has none'),
  quietGate: z.object({ heldFrom: at, heldForMs: ms }).optional().describe('absent: the gate did not open'),
  load: load.optional(),
  faultWindow: faultWindow.optional(),
  deliveries: z.array(delivery),
  pages: z.array(page),
  notifications: z
    .array(notification)
    .optional()
    .describe('notifications as the managers sent them; absent in records of version 2'),
  runbooks: z.array(runbook),
  evidence: evidence.optional(),
  confinement: confinement
    .optional()
    .describe('connections of components to addresses outside of the run; absent in records of version 2'),
  floors: z
    .record(z.string(), z.object({ detect: floor, resolve: floor }))
    .describe('by alert name; for several expectations of one name, by receiver and labels too'),
  problem: problem.optional(),
  teardownFailures: z.array(z.object({ what: z.string(), message: z.string() })),
  verdicts: z.array(verdict),
  outcome: z.enum(outcomes),
});

export type DrillRecord = z.output<typeof recordSchema>;
export type HandedOver = z.output<typeof handedOver>;
export type NewBecause = z.output<typeof newBecause>;
export type Replacement = z.output<typeof replacement>;
export type HistoryEvidence = z.output<typeof history>;
export type DeadMansSwitchEvidence = z.output<typeof deadMansSwitch>;
export type PhaseRecord = z.output<typeof phase>;
export type Machine = z.output<typeof machine>;
export type Clock = z.output<typeof clock>;
export type Component = z.output<typeof component>;
export type FaultWindow = z.output<typeof faultWindow>;
export type LoadResult = z.output<typeof load>;
export type Hop = z.output<typeof hop>;
export type Floor = z.output<typeof floor>;
export type FloorTerm = z.output<typeof floorTerm>;
export type Page = z.output<typeof page>;
export type Delivery = z.output<typeof delivery>;
export type Notification = z.output<typeof notification>;
export type Runbook = z.output<typeof runbook>;
export type AlertEvidence = z.output<typeof alertEvidence>;
export type Budget = z.output<typeof budget>;
export type Suppression = z.output<typeof suppression>;
export type AlertmanagerAlert = z.output<typeof alertmanagerAlert>;
export type InhibitRule = z.output<typeof inhibitRule>;
export type Route = z.output<typeof route>;
export type MissedRoute = z.output<typeof missedRoute>;
export type ConditionEvidence = z.output<typeof condition>;
export type Recording = z.output<typeof recording>;
export type WindowRead = z.output<typeof windowRead>;
export type AlertStretch = z.output<typeof state>;
export type LeftAlert = z.output<typeof leftAlert>;
export type Selector = z.output<typeof selector>;
export type SilenceEvidence = z.output<typeof silence>;
export type Evidence = z.output<typeof evidence>;
export type Rules = z.output<typeof rules>;
export type RuleNoise = z.output<typeof noise>;
export type RuleHealthEvidence = z.output<typeof ruleHealth>;
export type AlwaysFiring = z.output<typeof alwaysFiring>;
export type LogLine = z.output<typeof logLine>;
export type TailedFile = z.output<typeof tailedFile>;
export type Span = z.output<typeof span>;
export type Trace = z.output<typeof trace>;
export type ProofEvidence = Evidence['proofs'][number];
export type EvidenceOf<K extends ProofEvidence['kind']> = Extract<ProofEvidence, { kind: K }>;
export type Target = z.output<typeof target>;
export type Autopsy = z.output<typeof autopsy>;
export type Verdict = z.output<typeof verdict>;
export type DrillOutcome = DrillRecord['outcome'];
export type DrillProblem = z.output<typeof problem>;
/** The input of the judgement: the record without its result. */
export type Unjudged = Omit<DrillRecord, 'verdicts' | 'outcome'>;
