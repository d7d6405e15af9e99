import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { paceNames } from './pace.ts';
import { name } from './system-services.ts';

/** A share in percent, as people write it. */
const share = z
  .string()
  .refine((text) => parseShare(text) !== undefined, { error: 'expected a share such as 80%' });

/** A set of scenarios that `firedrill gate` runs and judges as one. */
const scenarioSet = z.strictObject({
  /** Files of scenarios, from the folder of this file; for firedrill's own shop names of scenarios. Default: all there are. */
  scenarios: z.array(z.string().min(1)).min(1).optional(),
  /** How often each scenario is drilled. */
  repeats: z.int().min(1).max(100).default(3),
  /** Default: fast. */
  pace: z.enum(paceNames).optional(),
  /** The file of drill lines with which the drills are compared, from the folder of this file. Absent: they are judged alone. */
  baseline: z.string().min(1).optional(),
  thresholds: z
    .strictObject({
      /** The share of the alerts that must be proven to page, e.g. `80%`. Absent: any share will do. */
      minProven: share.optional(),
      /** An alert may always be slower than in the baseline by this duration (as at real pace). */
      slowerBy: z
        .string()
        .refine((text) => parseDuration(text) !== undefined, {
          error: 'expected a duration such as 90s, 2m or 1m30s',
        })
        .optional(),
    })
    .default({}),
});

/** The sets of a system, by name. */
export const setsSchema = z.record(name, scenarioSet);

export type ScenarioSet = z.output<typeof scenarioSet>;

/** The share that a text such as `80%` or `99.5%` names, from 0 to 1; `undefined` for any other text. */
export function parseShare(text: string): number | undefined {
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text) ?? [];
  const number = Number(percent);
  return number <= 100 ? number / 100 : undefined;
}
