/*
 * The project's own scenarios at fast pace, as the command line runs them, each on its default stack and topology,
 * one on the other topology and one on the small stack, with tests of their records and reports.
 * `npx mocha harness/scenarios.integration.ts -g checkout-errors` runs one of them alone.
 */
import { scenarioNamed, scenarios } from '../scenarios/index.ts';
import { ownPlacement } from './command/placed.ts';
import { describeDrills } from './testing/scenario-suite.ts';

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
]);
const inTests = scenarios.filter(({ name }) => !nightly.has(name));

describe('scenarios', function () {
  describeDrills(this, {
    runtime: 'process',
    drills: [
      ...inTests.map((scenario) => ({ name: scenario.name, scenario, placement: ownPlacement(scenario) })),
      {
        name: 'monthly-rent on direct',
        scenario: scenarioNamed('monthly-rent'),
        placement: { stack: 'full', topology: 'direct', with: [] },
      },
      {
        name: 'checkout-errors on metrics',
        scenario: scenarioNamed('checkout-errors'),
        placement: { stack: 'metrics', topology: 'sidecar', with: [] },
      },
    ],
    withDashboards: 'checkout-errors',
    atOnce: 3,
  });
});
