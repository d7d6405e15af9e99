import type { Problem } from '../../core/errors.ts';
import type { WhereOf } from '../../core/path.ts';
import type { Proof, Scenario } from '../../core/scenario.ts';
import type { PreparedFault } from '../../faults/fault.ts';
import type { Staging } from './staging.ts';

/** What the proofs read, as a staging names it. */
const readsOf: Partial<Record<Proof['kind'], 'loki' | 'tempo'>> = {
  log: 'loki',
  'log-count': 'loki',
  trace: 'tempo',
  sampling: 'tempo',
};

/**
 * Everything in a scenario that a staging cannot have, because firedrill did not start it, or must not have.
 *
 * @param fault of the scenario; absent if it has problems of its own.
 */
export function unattachable(
  scenario: Scenario,
  fault: PreparedFault | undefined,
  staging: Staging,
  whereOf: WhereOf,
): Problem[] {
  const { load, silences, with: additions, expectations, proofs } = scenario;
  const refuse = (path: Parameters<WhereOf>[0], message: string, hint?: string): Problem => ({
    where: whereOf(path),
    message,
    ...(hint ? { hint } : {}),
  });
  return [
    ...(silences ? [refuse(['silences'], 'a drill silences nothing in a staging')] : []),
    ...(additions ? [refuse(['with'], 'additions are parts of a stack that firedrill starts')] : []),
    ...(load.history === undefined
      ? []
      : [
          refuse(
            ['load', 'history'],
            'a history is written to Prometheus, and a drill writes nothing to that of a staging',
            'leave it out: a staging has its own past',
          ),
        ]),
    ...expectations.flatMap(({ kind }, i) =>
      kind === 'dead-mans-switch'
        ? [refuse(['expectations', i], "a staging has no dead-man's switch of firedrill")]
        : [],
    ),
    ...proofs.flatMap(({ kind }, i) => unreadProof(kind, staging).map((one) => refuse(['proofs', i], one))),
    ...loadProblems(scenario, fault, staging, whereOf),
  ];
}

function unreadProof(kind: Proof['kind'], staging: Staging): string[] {
  if (kind === 'readiness' || kind === 'rollback' || kind === 'budget')
    return [`a proof ${kind} is about components that firedrill starts`];
  const reads = readsOf[kind];
  return reads === undefined || staging[reads] ? [] : [`it reads ${reads}, which the staging does not name`];
}

function loadProblems(
  { load }: Scenario,
  fault: PreparedFault | undefined,
  { load: allowed, whereOf: ofStaging }: Staging,
  whereOf: WhereOf,
): Problem[] {
  const rates = Object.values(load.rates);
  // While the rates change, requests are sent at the former and at the new ones.
  const factor = fault?.loadFactor === undefined ? 1 : 1 + fault.loadFactor;
  if (!allowed)
    return rates.length === 0 && fault?.loadFactor === undefined
      ? []
      : [
          {
            where: whereOf(rates.length === 0 ? ['fault', 'kind'] : ['load', 'rates']),
            message: 'the staging allows no load: its file has no `load`',
            hint: `write rates: {}, and recognise the fault by its telemetry; or name journeys and a ceiling by \`load\` in ${ofStaging([])}`,
          },
        ];
  const highest = factor * rates.reduce((sum, rate) => sum + rate, 0);
  return highest <= allowed.ceiling
    ? []
    : [
        {
          where: whereOf(['load', 'rates']),
          message: `${highest} requests per second are more than the staging allows, ${allowed.ceiling}`,
          hint: 'lower the rates; the ceiling counts all journeys, and what a fault multiplies them by',
        },
      ];
}
