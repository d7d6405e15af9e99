import { badInput } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import { type PreparedFault, prepare } from './fault.ts';
import { paymentFailures } from './payment-failures.ts';

const faults = new Map([[paymentFailures.kind, prepare(paymentFailures)]]);

/** @throws FiredrillError `bad-input` for an unknown fault or parameters that it does not take. */
export function prepareFault({ name, fault: { kind, params } }: Scenario): PreparedFault {
  const bind = faults.get(kind);
  if (!bind) {
    throw badInput({
      where: `${name}: fault.kind`,
      message: `there is no fault "${kind}"`,
      hint: `known faults: ${[...faults.keys()].join(', ')}`,
    });
  }
  return bind(params, `${name}: fault.params`);
}
