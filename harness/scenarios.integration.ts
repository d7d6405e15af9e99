/*
 * The project's own scenarios at fast pace, as the command line runs them, each on its default stack and topology or on
 * the small stack, one on the other topology and one on both stacks, with tests of their records and reports.
 * `npx mocha harness/scenarios.integration.ts -g checkout-errors` runs one of them alone.
 */
import { scenarioNamed, scenarios } from '../scenarios/index.ts';
import { ownPlacement } from './command/placed.ts';
import type { Placement } from './stack/placement.ts';
import { describeDrills } from './testing/scenario-suite.ts';
import { totalSlots } from './testing/slots.ts';

/**
 * These run in the nightly alone: their windows are hours and days, so that each takes up to ten minutes, or they need more
 * of the machine than other drills leave.
 */
const nightly = new Set([
  'budget-burn-fast',
  'budget-burn-slow',
  'budget-burn-blip',
  'budget-burn-single-window',
  'budget-exhausted',
  'budget-low-traffic',
  'cascade',
  'many-instances',
  'escalation',
  'severities',
  'fulfilment-backlog',
  'loki-not-ingesting',
]);
const small: Placement = { stack: 'metrics', topology: 'sidecar', with: [] };
/** These need nothing that only the full stack has. The nightly drills them on both. */
const onSmallStack = new Set(['transient-blip']);
const inTests = scenarios.filter(({ name }) => !nightly.has(name));

describe('scenarios', function () {
  describeDrills(this, {
    runtime: 'process',
    drills: [
      ...inTests.map((scenario) => ({
        name: scenario.name,
        scenario,
        placement: onSmallStack.has(scenario.name) ? small : ownPlacement(scenario),
      })),
      {
        name: 'monthly-rent on direct',
        scenario: scenarioNamed('monthly-rent'),
        placement: { stack: 'full', topology: 'direct', with: [] },
      },
      {
        name: 'checkout-errors on metrics',
        scenario: scenarioNamed('checkout-errors'),
        placement: small,
      },
    ],
    withDashboards: 'checkout-errors',
    atOnce: totalSlots,
  });
});
