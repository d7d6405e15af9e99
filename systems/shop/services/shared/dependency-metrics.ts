import { metrics } from '@opentelemetry/api';
import { type HealthCheck, reasonAgainst } from './health.ts';

/** Time limit of one check, in milliseconds: below the time limit of an export at the shortest intervals. */
const limitMs = 500;

/** Measures at each export whether what this instance itself needs is available. */
export function observeDependencies(checks: readonly HealthCheck[]): void {
  if (checks.length === 0) return;
  metrics
    .getMeter('sample-app')
    .createObservableGauge('app.dependency.up', {
      description: '1 if the dependency answers this instance, 0 if not',
    })
    .addCallback(async (result) => {
      const look = async (check: HealthCheck) => {
        const reason = await reasonAgainst(check, limitMs);
        result.observe(reason === undefined ? 1 : 0, { dependency: check.name });
      };
      await Promise.all(checks.map(look));
    });
}
