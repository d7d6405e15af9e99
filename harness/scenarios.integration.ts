/*
 * The project's own scenarios at fast pace, as the command line runs them, each on its default stack and topology,
 * one on the other topology and one on the small stack, with tests of their records and reports.
 * `npx mocha harness/scenarios.integration.ts -g checkout-errors` runs one of them alone.
 */
import { scenarioNamed, scenarios } from '../scenarios/index.ts';
import { ownPlacement } from './command/placed.ts';
import { describeDrills } from './testing/scenario-suite.ts';

/** These take longest, because their windows are hours and days, so they start first. */
const isLong = ({ name }: { readonly name: string }) => name.startsWith('budget-');
const inOrder = [...scenarios.filter(isLong), ...scenarios.filter((scenario) => !isLong(scenario))];

describe('scenarios', function () {
  describeDrills(this, {
    runtime: 'process',
    drills: [
      ...inOrder.map((scenario) => ({ name: scenario.name, scenario, placement: ownPlacement(scenario) })),
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
    atOnce: 5,
  });
});
