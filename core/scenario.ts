import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { badInput, type Problem } from './errors.ts';
import { readInput } from './input-problems.ts';
import { receiverNames } from './receivers/receivers.ts';

/** A duration as Prometheus writes it, at real pace; `--pace` divides it. */
const duration = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: 'expected a duration such as 90s, 2m or 1m30s',
});

/** A duration, or the `group_interval` of the alerts' routes as the configuration has it. */
const stays = z.string().refine((text) => text === 'group_interval' || parseDuration(text) !== undefined, {
  error: 'expected a duration such as 90s, 2m or 1m30s, or group_interval',
});

export const isStays = (text: string): boolean => stays.safeParse(text).success;

/** Requests per second of one journey; bounded, because load is never unbounded. */
const rate = z.number().positive().max(200);

/** `metrics`: Prometheus and Alertmanager only; `full`: with Loki, Tempo and Grafana as well. */
export const stackNames = ['full', 'metrics'] as const;
/** `sidecar`: a Collector beside each instance; `direct`: every service sends to one shared Collector. */
export const topologies = ['sidecar', 'direct'] as const;

const labels = z.record(z.string(), z.string());
const stacks = z.array(z.enum(stackNames)).min(1);

const pageExpectation = z.strictObject({
  kind: z.literal('page'),
  alert: z.string().min(1),
  receiver: z.enum(receiverNames),
  /**
   * Through which it must come: the name of Alertmanager's receiver or of Grafana's contact point. Without it, any that
   * leads to this kind of receiver will do, also another team's.
   */
  contactPoint: z.string().min(1).optional(),
  /** Target MTTD: first request hit to page received. */
  within: duration,
  /** Labels that the page must show, besides the alert's name. */
  labels: labels.default({}),
  /**
   * Whether it must disturb a person at once. Without it, high where the alert's severity says so (critical, page and
   * the like); `low` says that a page of low urgency is meant.
   */
  urgency: z.enum(['high', 'low']).optional(),
  /** Whether the page must carry a runbook link that opens. */
  runbook: z.boolean().default(true),
  /** Last request hit to resolved page received. */
  resolvedWithin: duration,
  /** Says that a target below the floor is meant: the drill shows that it cannot be held. */
  belowFloor: z.boolean().default(false),
  /** Expected only there; the rule is not part of the others. */
  stacks: stacks.optional(),
});

const pendingOnly = z.strictObject({
  kind: z.literal('pending-only'),
  /** The alert that must notice the fault (become pending) and yet not fire. */
  alert: z.string().min(1),
  stacks: stacks.optional(),
});

/** How k6's samples show that a request was hit: all that is given must fit. */
const hits = z
  .strictObject({
    journey: z.string().min(1),
    /** Any of these HTTP statuses; 0 is a request without an answer. */
    status: z.array(z.int().min(0).max(599)).min(1).optional(),
    /** Milliseconds; not changed by the pace, since the fault is not. */
    slowerThanMs: z.number().positive().optional(),
    /** Only requests to this instance, e.g. storefront-2. */
    instance: z.string().optional(),
  })
  .refine(({ status, slowerThanMs }) => status !== undefined || slowerThanMs !== undefined, {
    error: 'expected a status or slowerThanMs: what a request looks like that was hit',
  });

/** By what the alert's manager can know of the fault. */
const telemetry = z.discriminatedUnion('signal', [
  /** A metric that rises above its value before the fault, or above a number. */
  z.strictObject({
    signal: z.literal('metric'),
    metric: z.string().min(1),
    labels: labels.default({}),
    /** Taken from it: the same metric with these labels instead, e.g. `le` for what is slower than a bucket. */
    minus: labels.optional(),
    /** The value that shows the fault; without it, any rise does. */
    above: z.number().optional(),
  }),
  /** A series that goes away. */
  z.strictObject({ signal: z.literal('absence'), metric: z.string().min(1), labels: labels.default({}) }),
  /** A log line, by its LogQL query. */
  z.strictObject({ signal: z.literal('log'), query: z.string().min(1) }),
]);

const pattern = z.string().refine(isPattern, { error: 'expected a regular expression' });
const matching = z.record(z.string(), pattern).default({});

/** What logs, traces and metrics must show of the fault, besides the pages. Only a full stack can show it. */
const proof = z.discriminatedUnion('kind', [
  /** Lines of this LogQL query exist in the fault window, and every one carries a trace_id. */
  z.strictObject({ kind: z.literal('log'), query: z.string().min(1), traced: z.boolean().default(true) }),
  /** Loki has exactly as many lines of `query` as k6 saw requests hit, and none of `noise`. */
  z.strictObject({ kind: z.literal('log-count'), query: z.string().min(1), noise: z.string().min(1) }),
  /** A trace of the fault, kept by the sampling. */
  z.strictObject({
    kind: z.literal('trace'),
    /** TraceQL; without it, the trace of the first line of the `log` proof. */
    query: z.string().min(1).optional(),
    /** Services on the way, in order, from the root to the span that is at fault. */
    through: z.array(z.string().min(1)).min(1),
    /** The span at fault has the error status (`failing`), or is the longest by its own time (`longest`). */
    culprit: z.enum(['failing', 'longest']),
    /** What its attributes (or `name`, `status.message`, `exception.message`) must contain, as regular expressions. */
    matching,
  }),
  /** p99 of these journeys in Prometheus and in k6 agree. */
  z.strictObject({
    kind: z.literal('p99'),
    journey: z.string().min(1),
    /** PromQL; `$window` is replaced by the length of the fault window. Milliseconds. */
    query: z.string().min(1),
    tolerance: z.number().positive().max(1),
  }),
  /** Readiness stays 200 on every pod named, asked every second from injection to revert. */
  z.strictObject({ kind: z.literal('readiness'), pods: z.array(z.string().min(1)).min(1) }),
  /** Tempo has every failed and every slow request that k6 saw, and this share of the rest. */
  z.strictObject({
    kind: z.literal('sampling'),
    slowerThanMs: z.number().positive(),
    share: z.number().positive().max(1),
  }),
]);

export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'expected a kebab-case name' }),
  title: z.string().min(1),
  /** One line for the list of scenarios. */
  summary: z.string().min(1),
  /** Stacks on which it can be drilled; the first unless asked otherwise. */
  stacks: stacks.default(['full']),
  load: z.strictObject({
    /** k6 script in scenarios/load/, without its ending. */
    script: z.string().default('shop'),
    /** Requests per second of each journey. Not changed by the pace. */
    rates: z.record(z.string(), rate),
    /** Load before the quiet gate; at least the longest window of the rules that are judged. */
    warmUp: duration,
  }),
  /** How long nothing may be pending, firing or paged before the fault. */
  quietFor: duration,
  fault: z.strictObject({
    /** A fault from faults/, e.g. `payment-failures`. */
    kind: z.string().min(1),
    /** What that fault is to do; checked by the fault itself. */
    params: z.record(z.string(), z.json()).default({}),
    /** Reverted after this long; without it, once every page has come and the fault was held on for a while. */
    lasts: duration.optional(),
    /** How long at least it is held on after the last page, to see that the alerts stay on. */
    stays: stays.optional(),
    /** Absent: the fault hits no request; then `telemetry.above` proves it. */
    hits: hits.optional(),
    telemetry,
    /** Fewer requests hit than this, and the drill is broken: the fault had no effect. */
    atLeast: z.int().positive(),
  }),
  /** Receivers that answer every request with this HTTP status instead of taking it. */
  refusing: z.partialRecord(z.enum(receiverNames), z.int().min(400).max(599)).optional(),
  expectations: z.array(z.discriminatedUnion('kind', [pageExpectation, pendingOnly])),
  /** Alerts that are to fire all the time, on a route of their own; their pages are awaited, and none is noise. */
  alwaysFiring: z
    .array(
      z.strictObject({
        alert: z.string().min(1),
        /** Where its pages arrive; without it, wherever its route leads. */
        receiver: z.enum(receiverNames).optional(),
      }),
    )
    .optional(),
  /** What logs, traces and metrics must show. */
  proofs: z.array(proof).default([]),
  /** How long after the last expectation stray pages are waited for. */
  settleFor: duration,
});

export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario as it is written: what has a default may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Expectation = Scenario['expectations'][number];
export type PageExpectation = z.output<typeof pageExpectation>;
export type PendingOnlyExpectation = z.output<typeof pendingOnly>;
export type Hits = NonNullable<Scenario['fault']['hits']>;
export type Telemetry = Scenario['fault']['telemetry'];
export type Proof = z.output<typeof proof>;
export type ProofOf<K extends Proof['kind']> = Extract<Proof, { kind: K }>;
export type StackName = (typeof stackNames)[number];
export type Topology = (typeof topologies)[number];

/**
 * Reads a scenario, rejecting unknown keys.
 *
 * @param file where it came from, for the messages.
 * @throws FiredrillError `bad-input` with every fault and its path.
 */
export function parseScenario(input: unknown, file: string): Scenario {
  const read = readInput(scenarioSchema, input, (path) => `${file}: ${path || '(whole)'}`);
  if ('problems' in read) throw badInput(...read.problems);
  const problems = crossCheck(read.value, file);
  if (problems.length > 0) throw badInput(...problems);
  return read.value;
}

function crossCheck(scenario: Scenario, file: string): Problem[] {
  const problems: Problem[] = [];
  const { hits, telemetry } = scenario.fault;
  const loaded = (where: string, journey: string) => {
    if (Object.hasOwn(scenario.load.rates, journey)) return;
    problems.push({
      where: `${file}: ${where}`,
      message: `no load on journey "${journey}"; load.rates has ${Object.keys(scenario.load.rates).join(', ')}`,
    });
  };
  if (hits) loaded('fault.hits.journey', hits.journey);
  else if (telemetry.signal !== 'metric' || telemetry.above === undefined) {
    problems.push({
      where: `${file}: fault.hits`,
      message: 'nothing would prove that the fault had an effect',
      hint: 'say which requests it hits, or (for one that hits none) give telemetry of a metric with `above`',
    });
  }
  scenario.proofs.forEach((proof, i) => {
    if (proof.kind === 'p99') loaded(`proofs[${i}].journey`, proof.journey);
    if (
      proof.kind === 'trace' &&
      !proof.query &&
      !scenario.proofs.slice(0, i).some(({ kind }) => kind === 'log')
    ) {
      problems.push({
        where: `${file}: proofs[${i}].query`,
        message: 'which trace? give a TraceQL query, or before it a `log` proof whose trace it is',
      });
    }
    if (proof.kind === 'log-count' && !hits) {
      problems.push({
        where: `${file}: proofs[${i}]`,
        message: 'needs fault.hits, whose number it compares',
      });
    }
  });
  problems.push(...judgedNowhere(scenario, file));
  if (scenario.fault.lasts && scenario.fault.stays) {
    problems.push({
      where: `${file}: fault.stays`,
      message: 'a fault of fixed length (fault.lasts) is not held on after its pages',
      hint: 'leave one of the two out',
    });
  }
  if (scenario.expectations.some((e) => e.kind === 'pending-only') && !scenario.fault.lasts) {
    problems.push({
      where: `${file}: fault.lasts`,
      message: 'a pending-only expectation needs a fault of fixed length',
    });
  }
  return problems;
}

/** What no stack of the scenario would judge, and stacks on which all that it expects is left out. */
function judgedNowhere(scenario: Scenario, file: string): Problem[] {
  const { stacks, expectations, proofs } = scenario;
  const runsOn = `this scenario runs on ${stacks.join(' and ')}`;
  const unseen = expectations.flatMap(({ stacks: own }, i): Problem[] =>
    own === undefined || own.some((name) => stacks.includes(name))
      ? []
      : [{ where: `${file}: expectations[${i}].stacks`, message: `never judged: ${runsOn}` }],
  );
  if (proofs.length > 0 && !stacks.includes('full')) {
    const message = `never judged: only the stack full shows it, and ${runsOn}`;
    unseen.push({ where: `${file}: proofs`, message });
  }
  if (unseen.length > 0 || expectations.length === 0) return unseen;
  return stacks
    .filter((name) => onStack(scenario, name).expectations.length === 0)
    .map((name) => ({
      where: `${file}: stacks`,
      message: `on ${name} nothing would be judged: every expectation is of another stack`,
    }));
}

/** The scenario with its fault held on for so long after the last page; one of fixed length stays as it is. */
export const heldOn = (scenario: Scenario, stays: Scenario['fault']['stays']): Scenario =>
  stays === undefined || scenario.fault.lasts !== undefined
    ? scenario
    : { ...scenario, fault: { ...scenario.fault, stays } };

/** The scenario as this stack can drill it: without what only another stack could show. */
export const onStack = (scenario: Scenario, stack: StackName): Scenario => ({
  ...scenario,
  expectations: scenario.expectations.filter(
    (expectation) => expectation.stacks === undefined || expectation.stacks.includes(stack),
  ),
  proofs: stack === 'full' ? scenario.proofs : [],
});

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
