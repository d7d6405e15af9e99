import { z } from 'zod';
import { firingHops, phases, resolvingHops } from './hops.ts';
import { receiverNames, scenarioSchema } from './scenario.ts';

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
export const recordVersion = 1;

const component = z.object({
  name: z.string(),
  tool: z.string(),
  version: z.string(),
  address: z.string(),
  readyAfterMs: ms.optional(),
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
  name: z.string(),
  source: z.string().describe('the setting or formula this comes from'),
  best: ms,
  mean: ms,
  worst: ms,
});
const floor = z.object({ terms: z.array(floorTerm), best: ms, mean: ms, worst: ms });

/** A page: one alert in a notification that a receiver got. */
const page = z.object({
  receiver: z.enum(receiverNames),
  receivedAt: at,
  monotonicMs: ms,
  status: z.enum(['firing', 'resolved']),
  alert: z.string(),
  labels,
  annotations: labels,
  startsAt: at.optional(),
  links: z.array(z.string()),
  delivery: z.int().describe('index into deliveries'),
  title: z.string().optional(),
  text: z.string().optional(),
  precision: z
    .enum(['exact', 'rendered', 'title'])
    .optional()
    .describe('whether labels were data, shown by name in the message, or only guessed from its title'),
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
});

const runbook = z.object({ url: z.string(), status: z.int().optional(), problem: z.string().optional() });

const state = z.object({ labels, from: at, to: at });

/** A metric selector of a rule, and whether anything in the database answers to it. */
const selector = z.object({
  text: z.string(),
  metric: z.string(),
  series: z.int(),
  nearest: z.array(z.string()).describe('existing metric names most like it, when it has no series'),
  labelsFound: z.array(labels).describe('label sets of some series of the metric by name alone'),
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
});

const route = z.object({
  receiver: z.string(),
  path: z.array(z.string()).describe('matchers of the routes taken, root first'),
  groupWaitMs: ms,
  groupIntervalMs: ms,
});

/** Everything collected about one alert that a scenario expects something of. */
const alertEvidence = z.object({
  alert: z.string(),
  rule: z
    .object({
      file: z.string(),
      group: z.string(),
      query: z.string(),
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
  trueStretches: z.array(z.object({ from: at, to: at })),
  pending: z.array(state),
  firing: z.array(state),
  alertmanager: z.array(alertmanagerAlert),
  route: route.optional(),
  hops: z.array(hop),
});

const target = z.object({ job: z.string(), instance: z.string(), health: z.string(), lastError: z.string() });

const evidence = z.object({
  alerts: z.array(alertEvidence),
  targets: z.array(target),
  notifierErrors: z.array(z.string()).describe("what Prometheus' and Alertmanager's own error counters say"),
  exporterErrors: z.array(z.string()).describe('error lines of the sidecars during the fault'),
});

const autopsy = z.object({
  hop: z.enum([...firingHops, ...resolvingHops]),
  cause: z.string(),
  evidence: z.array(z.string()),
});

const verdict = z.object({
  id: z.string().describe('expectation and check, e.g. CheckoutErrorRateHigh@slack/arrives'),
  title: z.string(),
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

export const recordSchema = z.object({
  version: z.literal(recordVersion),
  id: z.string(),
  startedAt: at,
  endedAt: at.optional(),
  scenario: scenarioSchema,
  pace: z.object({ name: z.enum(['real', 'fast']), factor: z.number() }),
  stack: z.object({
    name: z.string(),
    topology: z.string(),
    runtime: z.string(),
    components: z.array(component),
  }),
  versions: labels.describe('firedrill, node, and each tool as it names itself'),
  configuration: z.array(z.object({ file: z.string(), sha256: z.string() })),
  phases: z.array(phase),
  quietGate: z.object({ heldFrom: at, heldForMs: ms }).optional().describe('absent: the gate did not open'),
  load: load.optional(),
  faultWindow: faultWindow.optional(),
  deliveries: z.array(delivery),
  pages: z.array(page),
  runbooks: z.array(runbook),
  evidence: evidence.optional(),
  floors: z.record(z.string(), z.object({ detect: floor, resolve: floor })).describe('by alert name'),
  problem: problem.optional(),
  teardownFailures: z.array(z.object({ what: z.string(), message: z.string() })),
  verdicts: z.array(verdict),
  outcome: z.enum(['pass', 'fail', 'broken', 'bad-input', 'interrupted']),
});

export type DrillRecord = z.output<typeof recordSchema>;
export type Phase = z.output<typeof phase>;
export type Component = z.output<typeof component>;
export type FaultWindow = z.output<typeof faultWindow>;
export type LoadResult = z.output<typeof load>;
export type Hop = z.output<typeof hop>;
export type Floor = z.output<typeof floor>;
export type FloorTerm = z.output<typeof floorTerm>;
export type Page = z.output<typeof page>;
export type Delivery = z.output<typeof delivery>;
export type Runbook = z.output<typeof runbook>;
export type AlertEvidence = z.output<typeof alertEvidence>;
export type AlertmanagerAlert = z.output<typeof alertmanagerAlert>;
export type Route = z.output<typeof route>;
export type Selector = z.output<typeof selector>;
export type Evidence = z.output<typeof evidence>;
export type Target = z.output<typeof target>;
export type Autopsy = z.output<typeof autopsy>;
export type Verdict = z.output<typeof verdict>;
export type Outcome = DrillRecord['outcome'];
export type DrillProblem = z.output<typeof problem>;
/** What the judge is given: everything but its own result. */
export type Unjudged = Omit<DrillRecord, 'verdicts' | 'outcome'>;
