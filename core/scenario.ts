import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { badInput, type Problem } from './errors.ts';
import { readInput } from './input-problems.ts';
import { type Path, type WhereOf, within } from './path.ts';
import { type ReceiverName, receiverNames } from './receivers/receivers.ts';
import { nameHint } from './similar-names.ts';

/** A duration in Prometheus' syntax, at real pace; `--pace` divides it. */
const duration = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: 'expected a duration such as 90s, 2m or 1m30s',
});

/** A duration, or the `group_interval` of the alerts' routes. */
const stays = z.string().refine((text) => text === 'group_interval' || parseDuration(text) !== undefined, {
  error: 'expected a duration such as 90s, 2m or 1m30s, or group_interval',
});

export const isHoldTime = (text: string): boolean => stays.safeParse(text).success;

/** `never`: the receiver is not told that the alert is over. `outlasts`: the alert outlasts the drill. */
const unresolved = ['never', 'outlasts'];
const resolvedWithin = z
  .string()
  .refine((text) => unresolved.includes(text) || parseDuration(text) !== undefined, {
    error: 'expected a duration such as 90s, 2m or 1m30s, or never or outlasts',
  });

/** A duration of more than zero. */
const interval = duration.refine((text) => parseDuration(text) !== 0, { error: 'expected more than 0' });

/** Requests per second of one journey; limited, so that load is never unbounded. */
const rate = z.number().positive().max(200);

/** `metrics`: Prometheus and Alertmanager only; `full`: with Loki, Tempo and Grafana as well. */
export const stackNames = ['full', 'metrics'] as const;
/** `sidecar`: a Collector beside each instance; `direct`: every service sends to one shared Collector. */
export const topologies = ['sidecar', 'direct'] as const;
/** Whether a stack can be started with a topology. */
export const hasTopology = (stack: StackName, topology: Topology): boolean =>
  stack === 'full' || topology === 'sidecar';

/** What a stack can have in addition; `stacks/additions.ts` says what each one is. */
export const additionNames = [
  'slo',
  'freeze',
  'budget',
  'low-traffic',
  'cascade',
  'fleet',
  'escalation',
  'watchers',
  'deployments',
  'severities',
  'events-v1',
  'flapping',
  'causes',
  'traffic',
  'fulfilment',
  'saturation',
  'span-metrics',
] as const;

const labels = z.record(z.string(), z.string());
const stacks = z.array(z.enum(stackNames)).min(1);

/** The firing notifications of an alert at its receiver during the drill. */
const notifications = z
  .strictObject({
    /** How many arrive. Repeats count; resolved ones do not, nor do those that are appended to an open incident. */
    atMost: z.int().positive().optional(),
    atLeast: z.int().positive().optional(),
    /** How many alerts the first one lists, at least: alerts of the same name with different labels. */
    alertsInOne: z.int().positive().optional(),
    /** The time between two notifications of the same alerts while nothing in their group changes. */
    repeatsEvery: interval.optional(),
  })
  .refine((given) => Object.keys(given).length > 0, {
    error: 'expected atMost, atLeast, alertsInOne or repeatsEvery',
    // A misspelt key is told by itself.
    when: ({ issues }) => issues.length === 0,
  })
  .refine(({ atMost, atLeast }) => atMost === undefined || atLeast === undefined || atMost >= atLeast, {
    path: ['atMost'],
    error: 'is less than atLeast',
  })
  .refine(({ atMost = 2, repeatsEvery }) => repeatsEvery === undefined || atMost >= 2, {
    path: ['repeatsEvery'],
    error: 'a repeat is a second notification, and atMost is 1',
  });

/** A second receiver, which must get a page of the same alert if nobody resolves it. */
const escalation = z.strictObject({
  receiver: z.enum(receiverNames),
  contactPoint: z.string().min(1).optional(),
  /** Labels that its page must show. Default: those of the expectation. */
  labels: labels.optional(),
  /** From the page at the first receiver to the page at this one, at least. */
  after: interval,
});

const pageExpectation = z
  .strictObject({
    kind: z.literal('page'),
    alert: z.string().min(1),
    receiver: z.enum(receiverNames),
    /**
     * The name of Alertmanager's receiver or Grafana's contact point that must send it. Without it, any one that leads to
     * this kind of receiver counts, including another team's.
     */
    contactPoint: z.string().min(1).optional(),
    /** Target MTTD: first request hit to page received. */
    within: duration,
    /** How long after the injection no page of it may arrive: the alert is silenced, say. */
    notBefore: interval.optional(),
    /** Labels that the page must show in addition to the alert's name. */
    labels: labels.default({}),
    /**
     * Whether the page must notify a person at once. Default: high if the alert's severity says so (critical, page and
     * similar). `low` demands that the vendor notifies with low urgency, or without a sound.
     */
    urgency: z.enum(['high', 'low']).optional(),
    /** Whether the page must carry a runbook link that opens. */
    runbook: z.boolean().default(true),
    /**
     * Last request hit to resolved page received. `never` is for a contact point that sends no resolutions, such as a digest;
     * `outlasts` for an alert that is on at the end of the drill, such as one on a spent error budget.
     */
    resolvedWithin,
    /** Declares that a target below the floor is intended: the drill shows that it cannot be met. */
    belowFloor: z.boolean().default(false),
    notifications: notifications.optional(),
    escalatesTo: escalation.optional(),
    /** Stacks on which it is expected; other stacks do not have the rule. */
    stacks: stacks.optional(),
  })
  .refine(
    ({ receiver, contactPoint, escalatesTo: to }) =>
      to?.receiver !== receiver || areDistinct(contactPoint, to.contactPoint),
    {
      path: ['escalatesTo', 'receiver'],
      error:
        'the page itself goes there: an escalation needs another receiver, or both a contactPoint of their own',
    },
  );

/** A silence that the drill makes in Alertmanager right before it injects the fault. */
const silence = z.strictObject({
  /** Matchers in Alertmanager's form; an alert must satisfy all of them. */
  matchers: z.array(z.string().min(1)).min(1),
  /** How long it lasts from the injection. */
  lasts: interval,
  /** Its author. */
  by: z.string().min(1).default('firedrill'),
  comment: z.string().min(1).default('made by a drill'),
});

const areDistinct = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;

const pendingOnly = z.strictObject({
  kind: z.literal('pending-only'),
  /** The alert that must become pending and must not fire. */
  alert: z.string().min(1),
  stacks: stacks.optional(),
});

const suppressedExpectation = z
  .strictObject({
    kind: z.literal('suppressed'),
    /** Alerts that must fire, and of which no page may arrive because the alert `by` inhibits them. */
    alerts: z.array(z.string().min(1)).min(1),
    by: z.string().min(1),
    stacks: stacks.optional(),
  })
  .refine(({ alerts, by }) => !alerts.includes(by), {
    path: ['by'],
    error: 'an alert cannot suppress itself',
  })
  .refine(({ alerts }) => new Set(alerts).size === alerts.length, {
    path: ['alerts'],
    error: 'an alert is named twice',
  });

/** The page that the dead-man's switch sends when nothing pings it any more; needs the addition `watchers`. */
const switchExpectation = z.strictObject({
  kind: z.literal('dead-mans-switch'),
  receiver: z.enum(receiverNames),
  /** From the fault to the page, at most. */
  within: duration,
  /** From the end of the fault to the resolved page, at most. */
  resolvedWithin: duration,
  stacks: stacks.optional(),
});

/** How a hit request is recognised in k6's samples: it must match everything that is given. */
const hits = z
  .strictObject({
    journey: z.string().min(1),
    /** Any of these HTTP statuses; 0 is a request without a response. */
    status: z.array(z.int().min(0).max(599)).min(1).optional(),
    /** In milliseconds. The pace does not change it, since it does not change the fault. */
    slowerThanMs: z.number().positive().optional(),
    /** Only requests to this instance, e.g. web-2. */
    instance: z.string().optional(),
  })
  .refine(({ status, slowerThanMs }) => status !== undefined || slowerThanMs !== undefined, {
    error: 'expected status or slowerThanMs: how to recognise a request that was hit',
  });

/** The signal by which the alert's manager can detect the fault. */
const telemetry = z.discriminatedUnion('signal', [
  /** A metric that rises above its value before the fault, or above a number, or falls below one. */
  z
    .strictObject({
      signal: z.literal('metric'),
      metric: z.string().min(1),
      labels: labels.default({}),
      /** Subtracted from it: the same metric with these labels, e.g. `le` to count what is slower than a bucket. */
      minus: labels.optional(),
      /** The value above which one of its series shows the fault; without it and `below`, any rise does. */
      above: z.number().optional(),
      /** The value below which one of its series shows the fault. */
      below: z.number().optional(),
      /** Of a counter: `above` and `below` are about its rise per second over this long. */
      rateOver: interval.optional(),
    })
    .refine(({ above, below }) => above === undefined || below === undefined, {
      path: ['below'],
      error: 'expected above or below, not both',
    })
    .refine(({ above, below, rateOver }) => rateOver === undefined || (above ?? below) !== undefined, {
      path: ['rateOver'],
      error: 'expected above or below beside it: which rate shows the fault',
    })
    .refine(({ below, rateOver, minus }) => minus === undefined || (below ?? rateOver) === undefined, {
      path: ['minus'],
      error: 'has no meaning with below and rateOver',
    }),
  /** A series that goes away. */
  z.strictObject({ signal: z.literal('absence'), metric: z.string().min(1), labels: labels.default({}) }),
  /** A log line that matches a LogQL query. */
  z.strictObject({ signal: z.literal('log'), query: z.string().min(1) }),
  /** A PromQL query that begins to have a result: what Prometheus learns by its own scrapes, e.g. `up == 0`. */
  z.strictObject({ signal: z.literal('query'), query: z.string().min(1) }),
]);

const share = z.number().positive().max(1);
const pattern = z.string().refine(isPattern, { error: 'expected a regular expression' });
const matching = z.record(z.string(), pattern).default({});

/** A figure that was published, before and after an improvement. It is shown in reports beside what was measured. */
const published = <T extends z.ZodType>(figure: T) => z.strictObject({ before: figure, after: figure });

/** How often the application was rolled back during the drill, and what that did. */
const rollbackProof = z
  .strictObject({
    kind: z.literal('rollback'),
    /** The application of the deployment controller. */
    application: z.string().min(1),
    times: z.int().min(0).max(1).default(1),
    /** From the first alert that was sent to the former revision running. */
    within: duration.optional(),
    /** Share of the journey's requests that may fail after that: less than this. */
    errorRateBelow: share.optional(),
    published: z
      .strictObject({
        detection: published(duration).optional(),
        rollback: published(duration).optional(),
        errorRate: published(share).optional(),
      })
      .optional(),
  })
  .refine(
    ({ times, within: target, errorRateBelow: rate }) =>
      times === 0 ? target === undefined && rate === undefined : target !== undefined && rate !== undefined,
    { error: 'needs within and errorRateBelow, unless times is 0' },
  );

/**
 * What logs, traces, metrics and the deployment controller must show in addition to the pages. `canProve` says which
 * stacks have what a proof reads.
 */
const proof = z.discriminatedUnion('kind', [
  /** The LogQL query has lines in the fault window, and each one has a trace_id. */
  z.strictObject({ kind: z.literal('log'), query: z.string().min(1), traced: z.boolean().default(true) }),
  /** Loki has as many lines of `query` as k6 saw hits, and none of `noise`. */
  z.strictObject({ kind: z.literal('log-count'), query: z.string().min(1), noise: z.string().min(1) }),
  /** A trace of the fault was kept by the sampling. */
  z.strictObject({
    kind: z.literal('trace'),
    /** TraceQL; without it, the trace of the first line of the `log` proof. */
    query: z.string().min(1).optional(),
    /** Services from the root to the culprit span, in order. */
    through: z.array(z.string().min(1)).min(1),
    /**
     * How the culprit is found: the span where the error began (`failing`), or the one with the most time of its own
     * (`longest`).
     */
    culprit: z.enum(['failing', 'longest']),
    /** Regular expressions that its attributes (or `name`, `status.message`, `exception.message`) must match. */
    matching,
  }),
  /** The p99 of the journey in Prometheus and in k6 agree. */
  z.strictObject({
    kind: z.literal('p99'),
    journey: z.string().min(1),
    /** PromQL that gives milliseconds; `$window` is replaced by the length of the fault window. */
    query: z.string().min(1),
    tolerance: share,
  }),
  /** The error budget that a panel of a dashboard shows falls by what k6's failures spend of it. */
  z.strictObject({
    kind: z.literal('budget'),
    journey: z.string().min(1),
    /** Percent of the requests that succeed. */
    objective: z.number().gt(0).lt(100),
    /** The time for which the budget is. */
    period: interval,
    /** Title of the dashboard. */
    dashboard: z.string().min(1),
    /** Title of the panel, whose first query is PromQL and gives the share of the budget that is left. */
    panel: z.string().min(1),
    tolerance: share,
  }),
  /** What the readiness endpoint of every listed pod returns, polled every second from injection to revert. */
  z.strictObject({
    kind: z.literal('readiness'),
    pods: z.array(z.string().min(1)).min(1),
    /** 200: all the time. 503: the pod turns unready and stays so until the revert. */
    answers: z.union([z.literal(200), z.literal(503)], { error: 'expected 200 or 503' }).default(200),
  }),
  /** Tempo has every failed and every slow request that k6 saw, and this share of the others. */
  z.strictObject({
    kind: z.literal('sampling'),
    slowerThanMs: z.number().positive(),
    share,
  }),
  rollbackProof,
]);

/** The HTTP status with which a receiver refuses. */
const refusedStatus = z.int().min(400).max(599);

/** How a receiver fails, and for how long. */
const outage = z
  .strictObject({
    /** A status; `time-out`: it never answers; `reset`: it closes the connection without an answer. */
    with: z.union([refusedStatus, z.enum(['time-out', 'reset'])]),
    /** From the first request that it gets. Default: for the whole drill. */
    for: interval.optional(),
    /** What its answer 429 tells the sender to wait. */
    retryAfter: interval.optional(),
  })
  .refine(({ with: answer, retryAfter }) => retryAfter === undefined || answer === 429, {
    path: ['retryAfter'],
    error: 'only the answer 429 says when to try again',
  });

export const scenarioSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'expected a kebab-case name, such as some-logins-fail' }),
  title: z.string().min(1),
  /** One line, for the list of scenarios. */
  summary: z.string().min(1),
  /** Stacks on which it can run; the first one is the default. */
  stacks: stacks.default(['full']),
  /** What its stack has in addition. A later one replaces files of an earlier one. */
  with: z
    .array(z.enum(additionNames))
    .min(1)
    .refine((names) => new Set(names).size === names.length, { error: 'an addition is named twice' })
    .optional(),
  load: z.strictObject({
    /** k6 script in scenarios/load/, without its extension. */
    script: z.string().default('shop'),
    /** Requests per second of each journey; `{}` for no load. Not changed by the pace. */
    rates: z.record(z.string(), rate),
    /**
     * Duration of load before the quiet gate; at least the longest window of the rules that are judged, unless `history`
     * covers it.
     */
    warmUp: duration,
    /**
     * Prometheus is given this much past of the series that rules read through longer windows and offsets: healthy traffic
     * at the rate of the warm-up. Absent: it knows only what it has scraped.
     */
    history: duration.optional(),
    /**
     * Failures in the history: this counter rises at a share of the rate of the counter `of`. Its series have the labels of
     * that counter's and `labels`.
     */
    pastFailures: z
      .strictObject({
        counter: z.string().min(1),
        labels: labels.default({}),
        of: z.string().min(1),
        share,
      })
      .optional(),
  }),
  /** How long no alert may be pending, firing or paged before the fault. */
  quietFor: duration,
  fault: z.strictObject({
    /** A kind of fault, e.g. `kill-instance`. */
    kind: z.string().min(1),
    /** Parameters of the fault, which validates them itself. */
    params: z.record(z.string(), z.json()).default({}),
    /**
     * Fixed length of the fault. Without it, the fault is reverted after every page has arrived and the hold time is
     * over.
     */
    lasts: duration.optional(),
    /** The fault comes and goes: it is on and off for these times, in turns, until it has lasted its length. */
    cycle: z.strictObject({ on: interval, off: interval }).optional(),
    /** Minimum hold time: how long the fault continues after the last page, to check that the alerts keep firing. */
    stays: stays.optional(),
    /** Absent: the fault hits no request, and `telemetry.above` or `telemetry.below` proves its effect. */
    hits: hits.optional(),
    telemetry,
    /** With fewer hits than this the drill is broken: the fault had no effect. */
    atLeast: z.int().positive(),
  }),
  /** Receivers that do not take messages: with this HTTP status for the whole drill, or for a while. */
  refusing: z.partialRecord(z.enum(receiverNames), z.union([refusedStatus, outage])).optional(),
  expectations: z.array(
    z.discriminatedUnion('kind', [pageExpectation, pendingOnly, suppressedExpectation, switchExpectation]),
  ),
  /** Silences in Alertmanager, from the injection on. */
  silences: z.array(silence).min(1).optional(),
  /** Alerts that are meant to fire all the time, on a route of their own. Their pages are awaited and are not noise. */
  alwaysFiring: z
    .array(
      z.strictObject({
        alert: z.string().min(1),
        /** The receiver of its pages; without it, the one that its route leads to. */
        receiver: z.enum(receiverNames).optional(),
      }),
    )
    .optional(),
  /** Proofs in addition to the pages. */
  proofs: z.array(proof).default([]),
  /** How long after the last expectation the drill waits for unexpected pages. */
  settleFor: duration,
});

export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario as written: keys with a default are optional. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Expectation = Scenario['expectations'][number];
export type PageExpectation = z.output<typeof pageExpectation>;
export type PendingOnlyExpectation = z.output<typeof pendingOnly>;
export type SuppressedExpectation = z.output<typeof suppressedExpectation>;
export type SwitchExpectation = z.output<typeof switchExpectation>;
export type Refusal = NonNullable<NonNullable<Scenario['refusing']>[ReceiverName]>;
export type ScenarioSilence = z.output<typeof silence>;
export type Hits = NonNullable<Scenario['fault']['hits']>;
export type Telemetry = Scenario['fault']['telemetry'];
export type PastFailures = NonNullable<Scenario['load']['pastFailures']>;
export type Proof = z.output<typeof proof>;
export type ProofOf<K extends Proof['kind']> = Extract<Proof, { kind: K }>;
export type StackName = (typeof stackNames)[number];
export type Topology = (typeof topologies)[number];
export type AdditionName = (typeof additionNames)[number];

/**
 * Validates a scenario. Unknown keys are rejected.
 *
 * @param file where the scenario comes from, for error messages.
 * @throws FiredrillError `bad-input` with every problem and its path.
 */
export function parseScenario(input: unknown, file: string): Scenario {
  const read = readScenario(input, within(file));
  if ('problems' in read) throw badInput(...read.problems);
  return read.value;
}

/**
 * The scenario, or all of its problems. A problem in one part does not hide the problems of parts that are valid.
 */
export function readScenario(
  input: unknown,
  whereOf: WhereOf,
): { readonly value: Scenario } | { readonly problems: readonly Problem[] } {
  const read = readInput(scenarioSchema, input, whereOf);
  const { problems: formal, faulty } = 'problems' in read ? read : { problems: [], faulty: [] };
  const isValid = (part: Path) =>
    !faulty.some(({ path, meant = path }) => overlap(path, part) || overlap(meant, part));
  const problems = crossChecks
    .filter(({ reads }) => reads.every(isValid))
    // The parts that the check reads match the schema.
    .flatMap(({ check }) => check(input as ScenarioInput))
    .map(({ at, message, hint }) => ({ where: whereOf(at), message, ...(hint ? { hint } : {}) }));
  if ('problems' in read || problems.length > 0) return { problems: [...formal, ...problems] };
  return read;
}

/** Whether one path contains the other, or both are the same. */
const overlap = (one: Path, other: Path): boolean =>
  one.every((key, i) => i >= other.length || other[i] === key);

/** A contradiction between parts of a scenario. */
interface CrossProblem extends Omit<Problem, 'where'> {
  readonly at: Path;
}

interface CrossCheck {
  /** The parts that it reads. It is skipped if one of them is invalid. */
  readonly reads: readonly Path[];
  check(scenario: ScenarioInput): CrossProblem[];
}

const hitsPath = ['fault', 'hits'];
const lastsPath = ['fault', 'lasts'];

const crossChecks: readonly CrossCheck[] = [
  {
    reads: [hitsPath, ['load', 'rates']],
    check: ({ fault: { hits }, load }) =>
      hits ? withoutLoad([...hitsPath, 'journey'], hits.journey, load) : [],
  },
  {
    reads: [['load']],
    check: ({ load: { history, pastFailures } }) =>
      pastFailures && history === undefined
        ? [
            {
              at: ['load', 'pastFailures'],
              message: 'these failures are part of load.history, which is missing',
            },
          ]
        : [],
  },
  {
    reads: [hitsPath, ['fault', 'telemetry']],
    check: ({ fault: { hits, telemetry } }) =>
      hits ||
      telemetry.signal === 'query' ||
      (telemetry.signal === 'metric' && (telemetry.above ?? telemetry.below) !== undefined)
        ? []
        : [
            {
              at: hitsPath,
              message: 'without hits nothing proves that the fault had an effect',
              hint: 'describe the requests that it hits, or, if it hits none, give telemetry of a metric with `above` or `below`, or a query',
            },
          ],
  },
  {
    reads: [['proofs'], ['load', 'rates']],
    check: ({ proofs = [], load }) =>
      proofs.flatMap((one, i) =>
        one.kind === 'p99' || one.kind === 'budget'
          ? withoutLoad(['proofs', i, 'journey'], one.journey, load)
          : [],
      ),
  },
  {
    reads: [['proofs']],
    check: ({ proofs = [] }) =>
      proofs.flatMap((one, i) =>
        one.kind === 'trace' && !one.query && !proofs.slice(0, i).some(({ kind }) => kind === 'log')
          ? [
              {
                at: ['proofs', i, 'query'],
                message: 'needs a TraceQL query, or a `log` proof before it whose trace is taken',
              },
            ]
          : [],
      ),
  },
  {
    reads: [['proofs'], hitsPath],
    check: ({ proofs = [], fault: { hits } }) =>
      proofs.flatMap((one, i) =>
        one.kind === 'log-count' && !hits
          ? [{ at: ['proofs', i], message: 'needs fault.hits, since it compares the number of hits' }]
          : [],
      ),
  },
  {
    reads: [['proofs'], ['with'], hitsPath],
    check: ({ proofs = [], with: added = [], fault: { hits } }) =>
      proofs.flatMap(({ kind }, i) => {
        if (kind !== 'rollback') return [];
        const at = ['proofs', i];
        return [
          ...(added.includes('deployments')
            ? []
            : [{ at, message: 'needs the addition deployments (with)' }]),
          ...(hits ? [] : [{ at, message: 'needs fault.hits: the error rate is that of its journey' }]),
        ];
      }),
  },
  { reads: [['stacks'], ['expectations'], ['proofs']], check: neverJudged },
  {
    reads: [lastsPath, ['fault', 'stays']],
    check: ({ fault }) =>
      fault.lasts && fault.stays
        ? [
            {
              at: ['fault', 'stays'],
              message: 'a fault of fixed length (fault.lasts) has no hold time after its pages',
              hint: 'leave one of the two out',
            },
          ]
        : [],
  },
  {
    reads: [lastsPath, ['fault', 'cycle']],
    check: ({ fault: { lasts, cycle } }) =>
      cycle === undefined || (lasts !== undefined && msOf(lasts) > msOf(cycle.on))
        ? []
        : [
            {
              at: ['fault', 'cycle'],
              message: 'a fault that comes and goes needs a fixed length (fault.lasts), longer than cycle.on',
            },
          ],
  },
  {
    reads: [['expectations'], lastsPath],
    check: ({ expectations, fault: { lasts } }) =>
      expectations.some(({ kind }) => kind === 'pending-only') && !lasts
        ? [{ at: lastsPath, message: 'a pending-only expectation needs a fault of fixed length' }]
        : [],
  },
  {
    reads: [['expectations'], lastsPath],
    check: ({ expectations, fault: { lasts } }) =>
      expectations.flatMap((one, i) => {
        const every = one.kind === 'page' ? one.notifications?.repeatsEvery : undefined;
        if (lasts === undefined || every === undefined || msOf(lasts) > msOf(every)) return [];
        return [
          {
            at: ['expectations', i, 'notifications', 'repeatsEvery'],
            message: `no repeat is possible: the fault lasts ${lasts} (fault.lasts)`,
          },
        ];
      }),
  },
  {
    reads: [['expectations']],
    check: ({ expectations }) =>
      expectations.flatMap((one, i) =>
        one.kind === 'page' && one.notBefore !== undefined && msOf(one.notBefore) >= msOf(one.within)
          ? [
              {
                at: ['expectations', i, 'notBefore'],
                message: `no page can come: it must arrive within ${one.within}`,
              },
            ]
          : [],
      ),
  },
  { reads: [['expectations']], check: contradictedSuppressions },
  {
    reads: [['expectations'], ['with']],
    check: ({ expectations, with: additions = [] }) =>
      additions.includes('watchers')
        ? []
        : expectations.flatMap(({ kind }, i) =>
            kind === 'dead-mans-switch'
              ? [
                  {
                    at: ['expectations', i],
                    message: "the stack has no dead-man's switch",
                    hint: 'add `with: [watchers]`',
                  },
                ]
              : [],
          ),
  },
  {
    reads: [['with'], ['load', 'history']],
    check: ({ with: additions = [], load: { history } }) =>
      additions.includes('watchers') && history !== undefined
        ? [
            {
              at: ['load', 'history'],
              message:
                'with `watchers` the rules that are judged are those of meta-prometheus, which has no history',
            },
          ]
        : [],
  },
];

const msOf = (text: string): number => parseDuration(text) ?? 0;

/** Suppressed alerts that another expectation wants to page or to stay quiet, and suppressing alerts that must not fire. */
function contradictedSuppressions({ expectations }: ScenarioInput): CrossProblem[] {
  return expectations.flatMap((own, i) => {
    if (own.kind !== 'suppressed') return [];
    const others = expectations
      .map((other, j) => ({ other, place: `expectations[${j}]` }))
      .filter(({ other }) => other !== own && shareStack(own, other));
    const problems = own.alerts.flatMap((alert, k) =>
      others.flatMap(({ other, place }): CrossProblem[] => {
        const wanted = wantedOf(other, alert);
        return wanted === undefined
          ? []
          : [{ at: ['expectations', i, 'alerts', k], message: `${place} expects that it ${wanted}` }];
      }),
    );
    const at = ['expectations', i, 'by'];
    const quiet = others.find(({ other }) => other.kind === 'pending-only' && other.alert === own.by);
    if (quiet) {
      const message = `only a firing alert suppresses others, and ${quiet.place} expects that it does not fire`;
      problems.push({ at, message });
    }
    if (endsInCircle(own.by, own.alerts, others)) {
      problems.push({
        at,
        message: 'it is suppressed by an alert that it suppresses, so that nobody is paged',
      });
    }
    return problems;
  });
}

/** What an expectation wants of an alert that is expected to be suppressed elsewhere. */
function wantedOf(expectation: ScenarioInput['expectations'][number], alert: string): string | undefined {
  switch (expectation.kind) {
    case 'page':
      return expectation.alert === alert ? 'pages' : undefined;
    case 'pending-only':
      return expectation.alert === alert ? 'does not fire' : undefined;
    case 'suppressed':
      return expectation.alerts.includes(alert) ? `is suppressed by ${expectation.by}` : undefined;
    case 'dead-mans-switch':
      return undefined;
  }
}

/** Whether an alert is suppressed, directly or through others, by one of these alerts. */
function endsInCircle(
  by: string,
  alerts: readonly string[],
  others: readonly { readonly other: ScenarioInput['expectations'][number] }[],
): boolean {
  const known = others.flatMap(({ other }) => (other.kind === 'suppressed' ? [other] : []));
  const next = known.find((one) => one.alerts.includes(by));
  if (!next) return false;
  const rest = others.filter(({ other }) => other !== next);
  return alerts.includes(next.by) || endsInCircle(next.by, alerts, rest);
}

type OnStacks = { readonly stacks?: readonly StackName[] | undefined };

const shareStack = (one: OnStacks, other: OnStacks): boolean =>
  stackNames.some((name) => isOnStack(name)(one) && isOnStack(name)(other));

const withoutLoad = (at: Path, journey: string, { rates }: ScenarioInput['load']): CrossProblem[] =>
  Object.hasOwn(rates, journey)
    ? []
    : [{ at, message: `no load on journey "${journey}"`, hint: nameHint(journey, Object.keys(rates)) }];

/** Expectations and proofs that no stack of the scenario judges, and stacks on which nothing is expected. */
function neverJudged({ stacks = ['full'], expectations, proofs = [] }: ScenarioInput): CrossProblem[] {
  const runsOn = `this scenario runs on ${stacks.join(' and ')}`;
  const problems = expectations.flatMap(({ stacks: own }, i): CrossProblem[] =>
    own === undefined || own.some((name) => stacks.includes(name))
      ? []
      : [{ at: ['expectations', i, 'stacks'], message: `never judged: ${runsOn}` }],
  );
  for (const [i, { kind }] of proofs.entries()) {
    if (stacks.some((stack) => canProve(stack, kind))) continue;
    problems.push({ at: ['proofs', i], message: `never judged: it needs the stack full, and ${runsOn}` });
  }
  if (problems.length > 0 || expectations.length === 0) return problems;
  return stacks
    .filter((name) => !expectations.some(isOnStack(name)))
    .map((name) => ({
      at: ['stacks'],
      message: `on ${name} nothing would be judged: every expectation is for another stack`,
    }));
}

/** The proof that a rollback ends the fault. The drill waits for it before it reverts the fault. */
export const awaitedRollback = ({ proofs }: Pick<Scenario, 'proofs'>): ProofOf<'rollback'> | undefined =>
  proofs.find((one): one is ProofOf<'rollback'> => one.kind === 'rollback' && one.times > 0);

/** Whether the receiver of a page is to be told that its alert is over. */
export const awaitsResolution = ({ resolvedWithin }: Pick<PageExpectation, 'resolvedWithin'>): boolean =>
  !unresolved.includes(resolvedWithin);

/** The scenario with another hold time of its fault; a fault of fixed length is left unchanged. */
export const withHoldTime = (scenario: Scenario, stays: Scenario['fault']['stays']): Scenario =>
  stays === undefined || scenario.fault.lasts !== undefined
    ? scenario
    : { ...scenario, fault: { ...scenario.fault, stays } };

/** The scenario without the expectations and proofs that need another stack. */
export const restrictedToStack = (scenario: Scenario, stack: StackName): Scenario => ({
  ...scenario,
  expectations: scenario.expectations.filter(isOnStack(stack)),
  proofs: scenario.proofs.filter(({ kind }) => canProve(stack, kind)),
});

/** Only the stack full has logs, traces and dashboards. An addition that a proof needs can be added to any stack that has it. */
const canProve = (stack: StackName, kind: Proof['kind']): boolean =>
  stack === 'full' || kind === 'rollback' || kind === 'readiness';

/** Locations of paths in the scenario that `restrictedToStack` returns, by their paths in the scenario as written. */
export const asWritten =
  ({ expectations }: Scenario, stack: StackName, whereOf: WhereOf): WhereOf =>
  (path) => {
    const [part, i, ...rest] = path;
    if (part !== 'expectations' || typeof i !== 'number') return whereOf(path);
    const kept = expectations.flatMap((one, n) => (isOnStack(stack)(one) ? [n] : []));
    return whereOf([part, kept[i] ?? i, ...rest]);
  };

/** Whether an expectation is judged on a stack. */
export const isOnStack =
  (stack: StackName) =>
  ({ stacks }: OnStacks): boolean =>
    stacks === undefined || stacks.includes(stack);

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
