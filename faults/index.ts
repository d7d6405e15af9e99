import { badInput } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import type { PreparedFault } from './fault.ts';
import * as kinds from './kinds.ts';

const faults = new Map(Object.values(kinds).map((fault) => [fault.kind, fault]));

/** @throws FiredrillError `bad-input` for an unknown fault or invalid parameters. */
export function prepareFault({ name, fault: { kind, params } }: Scenario): PreparedFault {
  const fault = faults.get(kind);
  if (!fault) {
    throw badInput({
      where: `${name}: fault.kind`,
      message: `there is no fault "${kind}"`,
      hint: `known faults: ${[...faults.keys()].join(', ')}`,
    });
  }
  return fault.prepare(params, `${name}: fault.params`);
}
