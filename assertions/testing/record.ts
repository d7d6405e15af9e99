import { phaseNames } from '../../core/hops.ts';
import type { Evidence, FaultWindow, Floor, FloorTermName, Unjudged, Verdict } from '../../core/record.ts';
import { judge } from '../judge.ts';
import { alertName, at, deliveryOf, pageAt, runbookUrl, scenarioWith, summary } from './basics.ts';
import { evidenceOf } from './evidence.ts';

const term = (name: FloorTermName, best: number, worst: number) => ({
  name,
  source: 'test',
  best,
  mean: (best + worst) / 2,
  worst,
});
const floor = (...terms: Floor['terms']): Floor => {
  const sum = (bound: 'best' | 'mean' | 'worst') => terms.reduce((total, one) => total + one[bound], 0);
  return { terms, best: sum('best'), mean: sum('mean'), worst: sum('worst') };
};
export const floors = {
  [alertName]: {
    detect: floor(
      term('export', 0, 1000),
      term('batch', 0, 67),
      term('scrape', 0, 1000),
      term('window', 0, 800),
      term('evaluation', 0, 1000),
      term('for', 8000, 8000),
      term('group wait', 667, 667),
      term('delivery', 20, 20),
    ),
    resolve: floor(term('window', 2000, 4000), term('group interval', 0, 20_000)),
  },
};

const firing = () => pageAt(10.5);
const resolution = () => pageAt(25, { status: 'resolved', delivery: 1 });

const message = deliveryOf({ 'attachments[0].title': '[FIRING:1] it', 'attachments[0].text': summary });

const faultWindow: FaultWindow = {
  injectedAt: at(0),
  heldUntil: at(10.9),
  revertedAt: at(11),
  firstHitAt: at(0.25),
  lastHitAt: at(11),
  hits: 44,
  requests: 88,
  hitsBefore: 0,
  required: 10,
};

interface Changes extends Omit<Partial<Unjudged>, 'evidence' | 'faultWindow'> {
  readonly evidence?: Partial<Evidence>;
  readonly faultWindow?: Partial<FaultWindow>;
}

/** The record of a drill in which every expectation holds, with these changes. */
export function recordWith({ evidence = {}, faultWindow: window = {}, ...changes }: Changes = {}): Unjudged {
  const record: Unjudged = {
    version: 3,
    id: 'test',
    startedAt: at(-30),
    scenario: scenarioWith(),
    pace: { name: 'fast', factor: 15 },
    stack: { name: 'shop', topology: 'sidecar', runtime: 'process', components: [] },
    clock: { steps: [], driftMs: 0 },
    versions: {},
    configuration: [],
    phases: phaseNames
      .slice(0, phaseNames.indexOf('judge'))
      .map((name) => ({ name, startedAt: at(0), endedAt: at(0), outcome: 'done' as const })),
    rules: {
      from: at(-5),
      to: at(30),
      health: [
        {
          manager: 'prometheus',
          kind: 'alerting',
          name: alertName,
          file: 'prometheus/rules/checkout.yml',
          group: 'checkout',
          query: 'errors > 0.05',
          evaluations: 35,
          failed: 0,
          failing: false,
          lastError: '',
        },
      ],
      noise: [],
      alwaysFiring: [],
    },
    quietGate: { heldFrom: at(-5), heldForMs: 4000 },
    faultWindow: { ...faultWindow, ...window },
    deliveries: [message, { ...message, at: at(25), monotonicMs: 25_000 }, message],
    pages: [firing(), resolution()],
    runbooks: [{ url: runbookUrl, status: 200 }],
    evidence: {
      alerts: [evidenceOf()],
      left: [],
      targets: [],
      notifierErrors: [],
      exporterErrors: [],
      proofs: [],
      refusedHosts: [],
      ...evidence,
    },
    floors,
    teardownFailures: [],
  };
  // Without pages there are no deliveries, unless the test sets them.
  const delivered = changes.pages?.length === 0 ? { deliveries: [] } : {};
  return { ...record, ...delivered, ...changes };
}

/** The record without some of its parts. */
export function recordWithout(...parts: (keyof Unjudged)[]): Unjudged {
  const record = recordWith();
  for (const part of parts) Reflect.deleteProperty(record, part);
  return record;
}

/** Returns the verdict of a check by its name, e.g. `arrives`. */
export function verdictOf(record: Unjudged, name: string): Verdict {
  const found = judge(record).verdicts.find(({ id }) => id.endsWith(`/${name}`));
  if (!found) throw new Error(`no check ${name}`);
  return found;
}

/** Returns the outcome of each check by its name. */
export const outcomesOf = (record: Unjudged): Record<string, string> =>
  Object.fromEntries(judge(record).verdicts.map(({ id, outcome }) => [id.split('/')[1], outcome]));
