import { badInput } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import { authFailures } from './auth-failures.ts';
import { badMigration } from './bad-migration.ts';
import { databaseLatency } from './database-latency.ts';
import { databaseLock } from './database-lock.ts';
import { disconnectInstance } from './disconnect-instance.ts';
import { type PreparedFault, prepare } from './fault.ts';
import { killInstance } from './kill-instance.ts';
import { pauseInstance } from './pause-instance.ts';
import { paymentFailures } from './payment-failures.ts';
import { resourcePressure } from './resource-pressure.ts';
import { slowDependency } from './slow-dependency.ts';

const faults = new Map([
  [authFailures.kind, prepare(authFailures)],
  [badMigration.kind, prepare(badMigration)],
  [databaseLatency.kind, prepare(databaseLatency)],
  [databaseLock.kind, prepare(databaseLock)],
  [disconnectInstance.kind, prepare(disconnectInstance)],
  [killInstance.kind, prepare(killInstance)],
  [pauseInstance.kind, prepare(pauseInstance)],
  [paymentFailures.kind, prepare(paymentFailures)],
  [resourcePressure.kind, prepare(resourcePressure)],
  [slowDependency.kind, prepare(slowDependency)],
]);

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
