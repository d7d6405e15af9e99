/* kill -9 of the harness in the phases in which kill.integration.ts does not kill it. */
import { phaseNames } from '../core/hops.ts';
import { describeKills, inPhase, phasesOfTests } from './testing/killed-drills.ts';

const elsewhere = new Set<string>(phasesOfTests);

describe('kill -9 of the harness in any other phase', () => {
  const all = phaseNames.slice(0, phaseNames.indexOf('judge')).filter((name) => !elsewhere.has(name));
  describeKills(all.toReversed().map(inPhase));
});
