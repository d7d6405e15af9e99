import { impossibleTargets, targetsByChance } from '../../assertions/judge.ts';
import { chances } from '../../configuration/paced/chances.ts';
import { reasonText, unpacedExpectations, unpacedRules } from '../../configuration/paced/unpaced-rules.ts';
import { FiredrillError } from '../../core/errors.ts';
import { paced } from '../../core/pace.ts';
import { floorsOf } from '../floors/floors.ts';
import { unknownContactPoints } from '../pages/known-contact-points.ts';
import type { Drill } from '../running-drill.ts';
import type { StackConfiguration } from './ready-stack.ts';

/**
 * Records what follows from the configuration alone: the floors of the scenario, and the rules that cannot be judged at
 * this pace.
 *
 * @param trafficMs for how long the stack has had traffic already, in milliseconds.
 * @throws FiredrillError `bad-input` with every expectation that this configuration cannot meet.
 */
export function refuseUnjudgeable(
  { options, fault, recorder: { record } }: Drill,
  { files, written, contactPoints }: StackConfiguration,
  trafficMs: number,
): void {
  const { scenario, pace, tell } = options;
  const historyMs = trafficMs + paced(scenario.load.warmUp, pace) + paced(scenario.quietFor, pace);
  record.floors = floorsOf(scenario, files, fault.errorRatio, historyMs, { written, factor: pace.factor });
  record.unpacedRules = unpacedRules(written, pace);
  for (const { alert, where, reasons } of record.unpacedRules) {
    const why = reasons.map(reasonText).join('; ');
    tell({ type: 'note', message: `${alert} (${where}) is not judged at ${pace.name} pace: ${why}` });
  }
  const impossible = [
    ...unpacedExpectations(scenario, written, pace),
    ...chances(scenario, files, pace),
    ...unknownContactPoints(scenario, contactPoints),
    ...impossibleTargets(scenario, record.floors, pace),
  ];
  for (const message of targetsByChance({ scenario, floors: record.floors, pace }))
    tell({ type: 'note', message });
  if (impossible.length > 0) throw new FiredrillError('bad-input', impossible);
}
