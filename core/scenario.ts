import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { badInput, type Problem } from './errors.ts';
import { readInput } from './input-problems.ts';

/** A duration as Prometheus writes it, at real pace; `--pace` divides it. */
const duration = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: 'expected a duration such as 90s, 2m or 1m30s',
});

/** Requests per second of one journey; bounded, because load is never unbounded. */
const rate = z.number().positive().max(200);

export const receiverNames = ['slack', 'pagerduty', 'webhook'] as const;
const labels = z.record(z.string(), z.string());

const pageExpectation = z.strictObject({
  kind: z.literal('page'),
  alert: z.string().min(1),
  receiver: z.enum(receiverNames),
  /** Target MTTD: first request hit to page received. */
  within: duration,
  /** Labels that the page must show, besides the alert's name. */
  labels: labels.default({}),
  /** Whether the page must carry a runbook link that opens. */
  runbook: z.boolean().default(true),
  /** Last request hit to resolved page received. */
  resolvedWithin: duration,
  /** Says that a target below the floor is meant: the drill shows that it cannot be held. */
  belowFloor: z.boolean().default(false),
});

const pendingOnly = z.strictObject({
  kind: z.literal('pending-only'),
  /** The alert that must notice the fault (become pending) and yet not fire. */
  alert: z.string().min(1),
});

export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'expected a kebab-case name' }),
  title: z.string().min(1),
  /** One line for the list of scenarios. */
  summary: z.string().min(1),
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
    /** Reverted after this long; without it, once every expectation is met or its deadline has passed. */
    lasts: duration.optional(),
    /** How k6's samples show that a request was hit. */
    hits: z.strictObject({
      journey: z.string().min(1),
      /** Any of these HTTP statuses; 0 is a request without an answer. */
      status: z.array(z.int().min(0).max(599)).min(1),
    }),
    /** The sample by which Prometheus can know: a metric of a sidecar that rises when a request is hit. */
    telemetry: z.strictObject({ metric: z.string().min(1), labels: labels.default({}) }),
    /** Fewer requests hit than this, and the drill is broken: the fault had no effect. */
    atLeast: z.int().positive(),
  }),
  /** Receivers that answer every request with this HTTP status instead of taking it. */
  refusing: z.partialRecord(z.enum(receiverNames), z.int().min(400).max(599)).optional(),
  expectations: z.array(z.discriminatedUnion('kind', [pageExpectation, pendingOnly])),
  /** How long after the last expectation stray pages are waited for. */
  settleFor: duration,
});

export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario as it is written: what has a default may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Expectation = Scenario['expectations'][number];
export type PageExpectation = z.output<typeof pageExpectation>;
export type PendingOnlyExpectation = z.output<typeof pendingOnly>;
export type ReceiverName = (typeof receiverNames)[number];

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
  const { journey } = scenario.fault.hits;
  if (!Object.hasOwn(scenario.load.rates, journey)) {
    problems.push({
      where: `${file}: fault.hits.journey`,
      message: `no load on journey "${journey}"; load.rates has ${Object.keys(scenario.load.rates).join(', ')}`,
    });
  }
  const pages = scenario.expectations.filter((e) => e.kind === 'page');
  if (scenario.fault.lasts && pages.length > 0) {
    problems.push({
      where: `${file}: fault.lasts`,
      message:
        'a fault of fixed length cannot be combined with a page expectation: it may end before the page',
      hint: 'leave fault.lasts out: the fault is reverted when the page has arrived or its deadline has passed',
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
