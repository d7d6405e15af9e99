import { z } from 'zod';
import { firingHops, phases, resolvingHops } from './hops.ts';
import { messageContent, pageContent } from './receivers/page.ts';
import { receiverNames } from './receivers/receivers.ts';
import { scenarioSchema } from './scenario.ts';

/*
 * The record of a drill: the one document from which verdicts and reports are made. Everything in it is
 * plain data. Times named `…At`, `at`, `from` and `to` are wall time in epoch milliseconds; times named `…Ms`
 * are lengths in milliseconds.
 */

const at = z.number().describe('wall time, epoch milliseconds');
const ms = z.number().describe('length, milliseconds');
const labels = z.record(z.string(), z.string());
const range = z.object({ min: z.number(), max: z.number() });

/** Which release of the record's form this is; raised when a reader of the old form would misread the new. */
export const recordVersion = 4;
/** Records of the releases before are still rendered and judged, by the checks of their time. */
export const readableVersions = [2, 3, recordVersion] as const;

/** What is looked at of one expectation, of a proof, or of the drill as a whole. */
const checkNames = [
  'arrives',
  'labels',
  'says',
  'runbook',
  'stays',
  'resolved',
  'pending-only',
  'proof',
  'no-other-page',
  'rules',
  'nothing-left',
] as const;
export type CheckName = (typeof checkNames)[number];

/** What a floor is made of, on the way from the fault to the page or to its resolution. */
const floorTermNames = [
  // Of older records: the window says it all.
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
    .object({ reference: z.string(), digest: z.string(), source: z.enum(['official', 'local']) })
    .optional()
    .describe('of a container: what it ran from'),
});

const phase = z.object({
  name: z.enum(phases),
  startedAt: at,
  endedAt: at,
  outcome: z.enum(['done', 'failed', 'skipped']),
  detail: z.string().optional(),
});

/** One second of load on all journeys. */
const loadSecond = z.object({
  at,
  requests: z.int(),
  failed: z.int().describe('answers that k6 counts as failed: status 4xx, 5xx or none'),
  hit: z.int().describe('requests that the fault hit'),
});

const load = z.object({
  seconds: z.array(loadSecond),
  journeys: z.record(z.string(), z.object({ requests: z.int(), failed: z.int(), p99Ms: ms })),
  droppedIterations: z.int(),
});

const faultWindow = z.object({
  injectedAt: at,
  heldUntil: at.optional().describe('when the order to revert it was given; absent in records of version 2'),
  revertedAt: at.optional(),
  firstHitAt: at.optional(),
  lastHitAt: at.optional(),
  hits: z.int().describe('requests that the fault hit'),
  requests: z.int().describe('requests of the journey in the window'),
  hitsBefore: z.int().describe('requests before injection that look as if they were hit'),
  required: z.int(),
});

const hop = z.object({
  name: z.enum([...firingHops, ...resolvingHops]),
  at: at.optional().describe('absent: never reached, as far as its source knows'),
  source: z.string().describe('the component that knows the time, and how it was asked'),
  detail: z.string().optional(),
});

const floorTerm = z.object({
  name: z.enum(floorTermNames),
  source: z.string().describe('the setting or formula this comes from'),
  best: ms,
  mean: ms,
  worst: ms,
  worstAlone: ms
    .optional()
    .describe('the worst case unless another alert comes first, where it is a matter of chance which does'),
});
const floor = z.object({
  terms: z.array(floorTerm),
  best: ms,
  mean: ms,
  worst: ms,
  beyondPaceMs: ms
    .optional()
    .describe('how much of the worst case the pace could not divide; targets are longer by it'),
});

/** A page: one alert in a notification that a receiver got. */
const page = z.object({
  receiver: z.enum(receiverNames),
  receivedAt: at,
  monotonicMs: ms,
  ...pageContent,
  contactPoints: z
    .array(z.string())
    .optional()
    .describe(
      "names of Alertmanager's receivers or Grafana's contact points that lead where it was sent; several share the place",
    ),
  delivery: z.int().describe('index into deliveries'),
  notification: z
    .int()
    .optional()
    .describe('index into notifications: what its manager says that this message stands for'),
  shown: z
    .boolean()
    .optional()
    .describe(
      'false: its manager says that the message stands for this alert, and the message does not show it',
    ),
});

/**
 * A notification as its manager composed it, before any vendor's template: read by an observer beside each
 * notifier of the configuration.
 */
const notification = z.object({
  manager: z.enum(['prometheus', 'grafana']),
  contactPoint: z.string().describe("Alertmanager's receiver or Grafana's contact point"),
  kind: z.enum(receiverNames).describe('kind of the notifier that the observer stands beside'),
  index: z.int().describe('which notifier of this kind in the contact point, from 0'),
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
    .describe('index into deliveries: the message that carried it; absent: none arrived'),
  attempts: z
    .array(z.int())
    .optional()
    .describe('indexes into deliveries: every message by which it was sent, also those that were refused'),
  template: z
    .enum(['default', 'own'])
    .optional()
    .describe(
      "whether the notifier's configuration writes the message itself, or leaves that to the default template",
    ),
});

/** A request that a receiver got, accepted or not. */
const delivery = z.object({
  receiver: z.enum(receiverNames),
  at,
  monotonicMs: ms,
  path: z.string(),
  body: z.string(),
  responseStatus: z.int().describe('0: no answer was given'),
  responseBody: z.string(),
  ...messageContent,
});

/** What a runbook link led to. */
const runbook = z.object({
  url: z.string(),
  status: z.int().optional().describe('of the last answer, after redirects'),
  problem: z.string().optional().describe('why there was no answer'),
  redirects: z.array(z.string()).optional().describe('where it was redirected to, in order'),
  page: z
    .object({
      type: z.enum(['html', 'other']),
      headings: z
        .array(z.string())
        .describe("an HTML page's title and its first heading, a text's first line"),
      text: z.int().describe('characters of text that it shows without its scripts'),
      scripts: z.boolean().describe('whether scripts may show more'),
      asksPassword: z.boolean(),
      anchor: z
        .enum(['found', 'missing'])
        .optional()
        .describe("whether the link's fragment is on the page; absent: it has none, or that cannot be told"),
    })
    .optional()
    .describe('what the last answer held; absent unless its status is 200'),
});

const state = z.object({
  labels,
  from: at,
  to: at.describe('the last evaluation that is known to have found it so'),
  endedAt: at
    .optional()
    .describe('of a firing alert: the evaluation that ended it; absent: it was not seen to end'),
});

/** An alert that was still pending or firing when the drill had waited for its end. */
const leftAlert = z.object({
  manager: z.enum(['prometheus', 'grafana']),
  alert: z.string(),
  labels,
  state: z.string().describe('pending or firing; Grafana: also what its rule is without data, or in error'),
  since: at.optional(),
  rule: z
    .object({ file: z.string(), group: z.string() })
    .optional()
    .describe('its file or folder, and its group'),
});

const stretch = z.object({ from: at, to: at });

/** A metric selector of a rule, and whether anything in the database answers to it. */
const selector = z.object({
  text: z.string(),
  metric: z.string(),
  series: z.int(),
  nearest: z.array(z.string()).describe('existing metric names most like it, when it has no series'),
  labelsFound: z.array(labels).describe('label sets of some series of the metric by name alone'),
  tenant: z
    .string()
    .optional()
    .describe('of a log query: whose logs were asked; then nearest are tenants that have such lines'),
  absence: z
    .enum(['wanted', 'tolerated'])
    .optional()
    .describe('that no series answers is what the rule wants, or something else stands in; absent: needed'),
  unmet: z
    .array(
      z.object({
        matcher: z.string(),
        label: z.string(),
        values: z
          .array(z.string())
          .describe('values that the label has, the most alike first; none: no label'),
      }),
    )
    .optional()
    .describe('matchers that no series of the metric, or no stream of the tenant, satisfies by itself'),
  emptied: z
    .object({
      before: z.string().describe('the log query up to that stage'),
      stage: z.string(),
      lines: z.int().describe('lines that come to it'),
    })
    .optional()
    .describe('of a log query without lines: the stage that lets none of those through that come to it'),
  fields: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('structured metadata and parsed fields of the lines that there are, with some of their values'),
});

/** A condition of a rule's expression, and what it was since the fault. */
/** A series of each side of an operation, and what they were at one time. */
const pair = z.object({ labels, left: z.number(), right: z.number() });

const condition = z.object({
  kind: z.enum(['and', 'or', 'unless', 'arithmetic', 'comparison', 'absence', 'vector']),
  text: z.string().describe('has a result while the condition holds'),
  parent: z.int().optional().describe('index of the condition that it is part of; absent: the whole rule'),
  left: z.string().optional().describe('what is compared; of an absence: what has to be absent'),
  operator: z.string().optional(),
  threshold: z.number().optional().describe('absent: the other side is no number'),
  right: z.string().optional().describe('the other side, when it is a vector'),
  bool: z.literal(true).optional().describe('the comparison has `bool`: it gives 0 or 1 and drops nothing'),
  observed: range.optional().describe('of a comparison: its left side; absent: it had no finite value'),
  observedRight: range.optional().describe('of a comparison with a vector: its right side'),
  nearest: pair
    .optional()
    .describe('of a comparison with a vector that never held: the pair of series that came nearest to it'),
  notNumbers: z
    .literal(true)
    .optional()
    .describe('the left side had values, none of them finite, as 0/0 gives'),
  held: z.array(stretch).describe('stretches since the fault in which it held'),
  unpaired: z
    .object({
      expression: z.string(),
      sides: z.array(z.object({ text: z.string(), labels: z.array(labels) })),
    })
    .optional()
    .describe(
      'of a condition that never held: an operation between vectors in it whose sides both had series',
    ),
});

/** A recording rule that makes a metric which the alert's rule reads, directly or through others. */
const recording = z.object({
  metric: z.string(),
  file: z.string(),
  group: z.string(),
  query: z.string(),
  written: z
    .object({ file: z.string(), query: z.string() })
    .optional()
    .describe('as it stands in the given file, before the pace'),
  intervalMs: ms,
  health: z.string(),
  lastError: z.string(),
  selectors: z.array(selector),
});

/** Samples that a function such as `rate` found in its window. */
const windowRead = z.object({
  function: z.string(),
  text: z.string(),
  written: z.string().optional().describe('the same as it is written, before the pace'),
  windowMs: ms,
  samples: range.describe('samples in the window, of the series that had most at each step since the fault'),
  enough: z.number().describe('share of the steps with samples at which there were two or more'),
  everyMs: ms.optional().describe('typical time between two samples'),
  writtenEveryMs: ms.optional().describe('the same, before the pace'),
  born: z
    .object({ at, first: z.number(), rise: z.number() })
    .optional()
    .describe(
      'every series of the selector began after the fault: when the first did, the sum of their first values, and by how much they rose afterwards',
    ),
});

/** A configuration entry of Prometheus' that changes or drops what it sends to Alertmanager. */
const relabelling = z.object({
  place: z.string().describe('path within prometheus.yml'),
  entry: z.string().describe('as it is written'),
});

const alertmanagerAlert = z.object({
  labels,
  firstSeenAt: at.describe('when a look at the API first showed it'),
  receivedAt: at.describe('updatedAt when first seen: when Alertmanager got it'),
  startsAt: at,
  receivers: z.array(z.string()),
  state: z.string(),
  inhibitedBy: z.array(z.string()),
  silencedBy: z.array(z.string()),
  mutedBy: z.array(z.string()),
  fingerprint: z.string().optional().describe('by which Alertmanager names it'),
  inhibitors: z
    .array(
      z.object({
        fingerprint: z.string(),
        labels: labels.optional().describe('absent: no look showed the alert'),
        rule: z
          .object({
            index: z.int(),
            source: z.array(z.string()),
            target: z.array(z.string()),
            equal: z.array(z.string()),
          })
          .optional()
          .describe('the inhibit rule by which it inhibits'),
      }),
    )
    .optional()
    .describe('the alerts of inhibitedBy'),
});

const route = z.object({
  receiver: z.string(),
  path: z.array(z.string()).describe('matchers of the routes taken, root first'),
  groupWaitMs: ms,
  groupIntervalMs: ms,
  groupBy: z.array(z.string()).optional().describe('labels by which alerts are grouped; ... stands for all'),
  repeatIntervalMs: ms.optional().describe('absent in records of version 2'),
});

/** Everything collected about one alert that a scenario expects something of. */
const alertEvidence = z.object({
  alert: z.string(),
  manager: z.enum(['prometheus', 'grafana']).default('prometheus').describe('what evaluates its rule'),
  rule: z
    .object({
      file: z.string(),
      group: z.string(),
      index: z.int().optional().describe('place among the rules of its group, from 0'),
      namesakes: z.int().optional().describe('other loaded rules of the same name'),
      query: z.string(),
      written: z
        .object({ file: z.string(), query: z.string() })
        .optional()
        .describe('as it stands in the given file, before the pace'),
      forMs: ms,
      keepFiringForMs: ms,
      intervalMs: ms,
      labels,
      annotations: labels,
      health: z.string(),
      lastError: z.string(),
    })
    .optional()
    .describe('absent: no loaded rule has this name'),
  rulesNearby: z.array(z.string()).describe('names of the loaded alerting rules'),
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
    .describe('the outermost comparison with a number, and what its left side was during the fault'),
  sides: z
    .array(z.object({ text: z.string(), labels: z.array(labels) }))
    .describe('both sides of the outermost binary operation between vectors'),
  conditions: z
    .array(condition)
    .optional()
    .describe('what the expression demands, outermost first, with each side of its set operators'),
  recordings: z.array(recording).optional().describe('recording rules behind what it reads, nearest first'),
  windows: z.array(windowRead).optional().describe('windows of functions that need two samples'),
  quantiles: z
    .array(z.object({ argument: z.string(), labels: z.array(labels) }))
    .optional()
    .describe('what histogram_quantile reads that has series of numbers, none with `le`'),
  notifying: z
    .object({
      active: z.int().describe('Alertmanagers that Prometheus knows'),
      dropped: z.int().describe('found, and dropped by relabel_configs'),
      configured: z.int().describe('entries of alerting.alertmanagers'),
      droppedBy: relabelling.optional().describe('what drops this alert on its way to every Alertmanager'),
      sent: labels.optional().describe("the alert's labels as they leave Prometheus"),
    })
    .optional()
    .describe('of an alert of Prometheus: its way to Alertmanager, by the configuration'),
  trueStretches: z.array(stretch),
  pending: z.array(state),
  firing: z.array(state),
  alertmanager: z.array(alertmanagerAlert),
  route: route.optional(),
  contactPoints: z
    .array(
      z.object({
        name: z.string(),
        kinds: z.array(z.string()).describe('none: it has no notifier, and reaches nobody'),
        noResolved: z
          .array(z.string())
          .optional()
          .describe('kinds of its notifiers that are told not to send resolutions'),
      }),
    )
    .optional()
    .describe(
      "Grafana's, as its running Alertmanager has them; of an alert of Prometheus, Alertmanager's receivers, by their file",
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

/** What was found for one proof; its kind is that of the scenario's proof at the same place. */
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
    kind: z.literal('readiness'),
    checks: z.int(),
    notReady: z.array(z.object({ pod: z.string(), at, status: z.int() })).describe('status 0: no answer'),
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
      .describe('failed or slow requests that are not judged, for the machine stalled during them'),
  }),
]);

const evidence = z.object({
  alerts: z.array(alertEvidence),
  left: z
    .array(leftAlert)
    .optional()
    .describe('what was still active at the end, by either manager; absent in records of version 2'),
  targets: z.array(target),
  notifierErrors: z
    .array(z.string())
    .describe("what the notifiers' own error counters say, and what Grafana's contact points logged"),
  failedNotifications: z
    .array(
      z.object({
        at,
        manager: z.enum(['prometheus', 'grafana']),
        contactPoint: z.string().optional().describe('absent: the log names the kind alone'),
        kind: z.string(),
        index: z.int().optional(),
        final: z.boolean().describe('whether the manager gave up, or would try again'),
        message: z.string(),
      }),
    )
    .optional()
    .describe('what the managers logged of notifications that they could not send, during the fault'),
  exporterErrors: z.array(z.string()).describe('error lines of the Collectors during the fault'),
  proofs: z
    .array(z.union([proofEvidence, z.object({ kind: z.literal('unread'), problem: z.string() })]))
    .default([])
    .describe("one for each of the scenario's proofs, in their order"),
  refusedHosts: z
    .array(z.object({ at, target: z.string(), reason: z.string() }))
    .default([])
    .describe('what components asked of the world outside, and were refused'),
});

const confinement = z.object({
  watched: z.boolean().describe('whether the sockets of the components could be looked at'),
  outside: z
    .array(z.object({ component: z.string(), protocol: z.enum(['tcp', 'udp']), address: z.string(), at }))
    .describe("connections that components opened, or tried to open, to other addresses than the run's own"),
});

const manager = z.enum(['prometheus', 'grafana']);

/** A rule as it is loaded. */
const ruleIdentity = {
  manager,
  name: z.string().describe("of an alerting rule its alert's, of a recording rule its metric's"),
  file: z.string().describe("of Prometheus the rule file, of Grafana the rule's folder"),
  group: z.string(),
  query: z.string(),
};

/** How the evaluations of one rule went, from the quiet gate to the collected evidence. */
const ruleHealth = z.object({
  ...ruleIdentity,
  kind: z.enum(['alerting', 'recording']),
  evaluations: z.int().describe('evaluations that were seen'),
  failed: z.int().describe('those of them that failed'),
  firstFailedAt: at.optional(),
  failing: z.boolean().describe('the last one that was seen failed'),
  lastError: z.string().describe('of the last one that failed'),
});

/** An alert that was active, or paged, while nothing was broken: what kept the quiet gate from opening. */
const noise = z.object({
  ...ruleIdentity,
  query: z.string().describe('empty: no loaded rule is known to be its own'),
  labels,
  state: z
    .enum(['pending', 'firing', 'no data', 'error', 'other', 'held', 'paged'])
    .describe('held: its manager still holds it though its rule is quiet; paged: nothing else shows it'),
  value: z.number().optional().describe('what the expression gave for this alert'),
  comparison: z
    .object({
      left: z.string(),
      operator: z.string(),
      threshold: z.number(),
      observed: range.optional().describe('absent: the left side had no value'),
    })
    .optional()
    .describe('the comparison with a number that decides, and what its left side was'),
  versus: pair
    .extend({ expressions: z.object({ left: z.string(), right: z.string() }), operator: z.string() })
    .optional()
    .describe('the comparison between vectors that decides, and what both sides of the clearest pair were'),
  bool: z
    .object({ left: z.string(), operator: z.string(), right: z.string(), observed: range.optional() })
    .optional()
    .describe('the comparison with `bool` that decides, and what its left side was'),
  isConstant: z.boolean().describe('the expression reads no series'),
  unread: z.array(selector).describe('selectors of the expression to which no series answers'),
  noDataState: z.string().optional(),
  execErrState: z.string().optional(),
  lastError: z.string(),
  receivers: z.array(z.enum(receiverNames)).describe('those that were paged by it'),
  route: z
    .enum(['expected', 'shared', 'default'])
    .optional()
    .describe('of an alert that fires all the time: whose route it takes, where it has none of its own'),
});

/** An alert that is to fire all the time, on a route of its own. */
const alwaysFiring = z.object({
  ...ruleIdentity,
  labels,
  declared: z.boolean().describe('by the scenario; else recognised by its constant expression'),
  receiver: z.enum(receiverNames).optional().describe('where the scenario declares that it arrives'),
  contactPoints: z.array(z.string()).describe('to which its routes lead'),
  notifies: z.boolean().describe('one of them has a notifier'),
  firing: z.array(z.object({ from: at, to: at })).describe('stretches in which looks saw it fire'),
});

const rules = z.object({
  from: at.describe('when the rules began to be watched: the quiet gate, on warm traffic'),
  to: at,
  health: z.array(ruleHealth),
  noise: z.array(noise).describe('none unless the gate stayed shut though service and stack were well'),
  alwaysFiring: z.array(alwaysFiring),
});

const autopsy = z.object({
  hop: z.enum([...firingHops, ...resolvingHops]),
  cause: z.string(),
  evidence: z.array(z.string()),
});

const verdict = z.object({
  id: z.string().describe('expectation and check, e.g. CheckoutErrorRateHigh@slack/arrives'),
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
  phase: z.enum(phases).optional(),
  problems: z.array(z.object({ where: z.string(), message: z.string(), hint: z.string().optional() })),
});

const machine = z.object({
  processors: z.int(),
  busy: z
    .array(z.object({ from: at, to: at }))
    .describe('stretches of two seconds and more in which its processors had no time to spare'),
});

/** What the machine's clock did during the drill, against a clock that only runs forward. */
const clock = z.object({
  steps: z
    .array(z.object({ from: at, to: at, byMs: ms, monotonicMs: ms }))
    .describe('jumps: wall time before and after, and by how much it moved besides passing'),
  driftMs: ms.describe('how far wall time had moved against the other clock at the end, jumps included'),
});

/** Why the stack of the drill before was not used again. */
const newBecause = z.object({
  drill: z.string().describe('whose stack it was'),
  kind: z.enum([
    'not held',
    'undo failed',
    'component lost',
    'messages refused',
    'notifications failed',
    'series made',
    'long window',
    'group kept',
  ]),
  detail: z.string().optional().describe('the selector, the undo, the rule, or the alert'),
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
      'decides which requests a fault hits that hits a share of them; absent in records of version 2',
    ),
  stack: z.object({
    name: z.string(),
    topology: z.string(),
    runtime: z.string(),
    components: z.array(component),
    drillsBefore: z
      .array(z.string())
      .optional()
      .describe(
        'drills that ran on this stack before, first the one that started it; absent: started for this drill',
      ),
    newBecause: newBecause.optional().describe('absent: no earlier drill of the command had such a stack'),
  }),
  machine: machine.optional().describe('what ran it all; absent in records from before it was watched'),
  clock: clock.optional().describe('absent in records of version 2'),
  versions: labels.describe('firedrill, node, and each tool as it names itself'),
  configuration: z.array(z.object({ file: z.string(), sha256: z.string() })),
  unpacedRules: z
    .array(
      z.object({
        manager: z.enum(['prometheus', 'grafana']),
        alert: z.string(),
        where: z.string().describe('file and group'),
        reasons: z.array(
          z.object({
            kind: z.enum(['few', 'clock', 'forecast']),
            text: z.string().describe('the part of its expression, as written'),
            needs: z.number().optional().describe('of `few`: how many events it needs'),
          }),
        ),
      }),
    )
    .optional()
    .describe('rules that this pace cannot judge: that they stay silent shows nothing'),
  phases: z.array(phase),
  rules: rules
    .optional()
    .describe('every rule but those that are paused, apart from the fault; absent in records of version 2'),
  quietGate: z.object({ heldFrom: at, heldForMs: ms }).optional().describe('absent: the gate did not open'),
  load: load.optional(),
  faultWindow: faultWindow.optional(),
  deliveries: z.array(delivery),
  pages: z.array(page),
  notifications: z
    .array(notification)
    .optional()
    .describe('what the managers say they sent; absent in records of version 2'),
  runbooks: z.array(runbook),
  evidence: evidence.optional(),
  confinement: confinement
    .optional()
    .describe('what the components tried to reach beyond the run; absent in records of version 2'),
  floors: z
    .record(z.string(), z.object({ detect: floor, resolve: floor }))
    .describe('by alert name; of several expectations of one name, by receiver and labels too'),
  problem: problem.optional(),
  teardownFailures: z.array(z.object({ what: z.string(), message: z.string() })),
  verdicts: z.array(verdict),
  outcome: z.enum(['pass', 'fail', 'broken', 'bad-input', 'interrupted']),
});

export type DrillRecord = z.output<typeof recordSchema>;
export type NewBecause = z.output<typeof newBecause>;
export type Phase = z.output<typeof phase>;
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
export type AlertmanagerAlert = z.output<typeof alertmanagerAlert>;
export type Route = z.output<typeof route>;
export type Condition = z.output<typeof condition>;
export type Recording = z.output<typeof recording>;
export type WindowRead = z.output<typeof windowRead>;
export type AlertStretch = z.output<typeof state>;
export type LeftAlert = z.output<typeof leftAlert>;
export type Selector = z.output<typeof selector>;
export type Evidence = z.output<typeof evidence>;
export type Rules = z.output<typeof rules>;
export type RuleNoise = z.output<typeof noise>;
export type RuleHealthEvidence = z.output<typeof ruleHealth>;
export type AlwaysFiring = z.output<typeof alwaysFiring>;
export type LogLine = z.output<typeof logLine>;
export type Span = z.output<typeof span>;
export type Trace = z.output<typeof trace>;
export type ProofEvidence = Evidence['proofs'][number];
export type Target = z.output<typeof target>;
export type Autopsy = z.output<typeof autopsy>;
export type Verdict = z.output<typeof verdict>;
export type Outcome = DrillRecord['outcome'];
export type DrillProblem = z.output<typeof problem>;
/** What the judge is given: everything but its own result. */
export type Unjudged = Omit<DrillRecord, 'verdicts' | 'outcome'>;
