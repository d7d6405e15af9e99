import { badInput } from '../core/errors.ts';
import { type WhereOf, within } from '../core/path.ts';
import type { Scenario } from '../core/scenario.ts';
import { nameHint } from '../core/similar-names.ts';
import type { PreparedFault } from './fault.ts';
import * as kinds from './kinds.ts';

const faults = new Map(Object.values(kinds).map((fault) => [fault.kind, fault]));

/** The parts of a scenario that a fault needs. */
export type FaultOf = Pick<Scenario, 'name'> & { readonly fault: Pick<Scenario['fault'], 'kind' | 'params'> };

/**
 * @param whereOf locations in the scenario, for error messages.
 * @throws FiredrillError `bad-input` for an unknown fault or invalid parameters.
 */
export function prepareFault(
  { name, fault: { kind, params } }: FaultOf,
  whereOf: WhereOf = within(name),
): PreparedFault {
  const fault = faults.get(kind);
  if (!fault) {
    throw badInput({
      where: whereOf(['fault', 'kind']),
      message: `there is no fault "${kind}"`,
      hint: nameHint(kind, [...faults.keys()]),
    });
  }
  return fault.prepare(params, (path) => whereOf(['fault', 'params', ...path]));
}
