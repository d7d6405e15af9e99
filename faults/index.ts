import { badInput } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Fault, FaultContext } from './fault.ts';
import { paymentFailures } from './payment-failures.ts';

const faults: readonly Fault<never>[] = [paymentFailures];

/** A fault with its parameters, ready to inject. */
export interface PreparedFault {
  readonly description: string;
  readonly errorRatio: number | undefined;
  inject(context: FaultContext): Promise<void>;
  revert(context: FaultContext): Promise<void>;
}

/** @throws FiredrillError `bad-input` for an unknown fault or parameters that it does not take. */
export function prepareFault({ name, fault: { kind, params } }: Scenario): PreparedFault {
  const fault = faults.find((candidate) => candidate.kind === kind);
  if (!fault) {
    throw badInput({
      where: `${name}: fault.kind`,
      message: `there is no fault "${kind}"`,
      hint: `known faults: ${faults.map((known) => known.kind).join(', ')}`,
    });
  }
  const parsed = fault.params.safeParse(params);
  if (!parsed.success) {
    throw badInput(
      ...parsed.error.issues.map(({ path, message }) => ({
        where: `${name}: fault.params.${path.join('.')}`,
        message,
      })),
    );
  }
  const checked = parsed.data;
  return {
    description: fault.describe(checked),
    errorRatio: fault.errorRatio(checked),
    inject: (context) => fault.inject(checked, context),
    revert: (context) => fault.revert(checked, context),
  };
}
