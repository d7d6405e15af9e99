import { badInput } from '../core/errors.ts';
import { parseScenario, type Scenario, type ScenarioInput } from '../core/scenario.ts';
import { closestName } from '../core/similar-names.ts';
import { authFailures } from './auth-failures.ts';
import { cascade } from './cascade.ts';
import { checkoutErrors } from './checkout-errors.ts';
import { dbLockContention } from './db-lock-contention.ts';
import { deployRestart } from './deploy-restart.ts';
import { escalation } from './escalation.ts';
import { failedPaymentLogs } from './failed-payment-logs.ts';
import { latencySpike } from './latency-spike.ts';
import { monthlyRent } from './monthly-rent.ts';
import { resourcePressure } from './resource-pressure.ts';
import { serviceDown } from './service-down.ts';
import { slowDependency } from './slow-dependency.ts';
import { traceSampling } from './trace-sampling.ts';
import { transientBlip } from './transient-blip.ts';

const inputs: readonly ScenarioInput[] = [
  checkoutErrors,
  transientBlip,
  monthlyRent,
  latencySpike,
  serviceDown,
  resourcePressure,
  dbLockContention,
  failedPaymentLogs,
  authFailures,
  slowDependency,
  traceSampling,
  cascade,
  escalation,
  deployRestart,
];

/** The project's own scenarios, in the order in which they are listed. */
export const scenarios: readonly Scenario[] = inputs.map((input) =>
  parseScenario(input, fileOfScenario(input)),
);

/** @throws FiredrillError `bad-input` with the scenario of the nearest name. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found) return found;
  const meant = closestName(
    name,
    scenarios.map((scenario) => scenario.name),
  );
  throw badInput({
    where: name,
    message: 'there is no such scenario',
    hint: `${meant === undefined ? '' : `did you mean ${meant}? `}npm run scenario lists them; a path (./mine.ts) runs your own`,
  });
}

/** The file of one of the project's own scenarios. */
export function fileOfScenario({ name }: Pick<Scenario, 'name'>): string {
  return `scenarios/${name}.ts`;
}
