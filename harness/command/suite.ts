import Mocha from 'mocha';
import { checksOf } from '../../assertions/checks.ts';
import type { Pace } from '../../core/pace.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { Scenario } from '../../core/scenario.ts';

/**
 * A scenario as a mocha suite: the drill runs once, before its tests, and each expectation's check is one
 * `it`. The command line and plain mocha run the same.
 */
export function addDrill(
  parent: Mocha.Suite,
  title: string,
  scenario: Scenario,
  pace: Pace,
  attached: DrillRecord['attached'],
  drill: () => Promise<DrillRecord>,
): void {
  const suite = Mocha.Suite.create(parent, title);
  // Every wait inside has its own deadline.
  suite.timeout(0);
  let record: DrillRecord | undefined;
  suite.beforeAll('drill', async () => {
    record = await drill();
  });
  for (const { id, title: check } of checksOf(scenario, pace, {}, attached)) {
    suite.addTest(
      new Mocha.Test(check, () => {
        const verdict = record?.verdicts.find((candidate) => candidate.id === id);
        if (verdict?.outcome !== 'pass') throw new Error(verdict?.message ?? 'no verdict was reached');
      }),
    );
  }
}
