import { badInput } from '../core/errors.ts';
import { type WhereOf, within } from '../core/path.ts';
import type { Scenario } from '../core/scenario.ts';
import { nameHint } from '../core/similar-names.ts';
import type { FaultKind, PreparedFault } from './fault.ts';

/** The parts of a scenario that a fault needs. */
export type FaultOf = Pick<Scenario, 'name'> & { readonly fault: Pick<Scenario['fault'], 'kind' | 'params'> };

/**
 * Finds the fault of a scenario among these kinds.
 *
 * @param whereOf locations in the scenario, for error messages.
 * @throws FiredrillError `bad-input` for an unknown fault or invalid parameters.
 */
export type PrepareFault = (scenario: FaultOf, whereOf?: WhereOf) => PreparedFault;

export function prepareOf(kinds: readonly FaultKind[]): PrepareFault {
  const faults = new Map(kinds.map((fault) => [fault.kind, fault]));
  return ({ name, fault: { kind, params } }, whereOf = within(name)) => {
    const fault = faults.get(kind);
    if (!fault) {
      throw badInput({
        where: whereOf(['fault', 'kind']),
        message: `there is no fault "${kind}"`,
        hint: nameHint(kind, [...faults.keys()]),
      });
    }
    return fault.prepare(params, (path) => whereOf(['fault', 'params', ...path]));
  };
}
