import type { DrillRecord } from '../core/record.ts';
import { span } from './text.ts';

export const figureHeads = ['', 'Published: before', 'Published: after', 'Target', 'Measured'];

/**
 * The rows below `figureHeads`: one for each figure that the scenario's rollback proof names, with what was demanded and
 * measured beside it. Empty if it names none.
 */
export function figureRows({ scenario, evidence, verdicts }: DrillRecord): string[][] {
  return scenario.proofs.flatMap((proof, i): string[][] => {
    if (proof.kind !== 'rollback' || !proof.published) return [];
    const { detection, rollback, errorRate } = proof.published;
    const page = verdicts.find(({ id }) => id.endsWith('/arrives'));
    const own = verdicts.find((verdict) => verdict.proof === i);
    const found = evidence?.proofs[i];
    const after = found?.kind === 'rollback' ? found.after : undefined;
    return [
      ...(detection
        ? [['mean time to detect', detection.before, detection.after, ...targetAndMeasured(page)]]
        : []),
      ...(rollback
        ? [['time to roll back', rollback.before, rollback.after, ...targetAndMeasured(own)]]
        : []),
      ...(errorRate
        ? [
            [
              ...['requests that fail', percent(errorRate.before), percent(errorRate.after)],
              `below ${percent(proof.errorRateBelow ?? 1)}`,
              after && after.requests > 0 ? percent(after.failed / after.requests) : '–',
            ],
          ]
        : []),
    ];
  });
}

/** Durations are published at real pace, and demanded and measured at the pace of the drill. */
export const figuresNote = ({ pace: { name, factor } }: Pick<DrillRecord, 'pace'>): string =>
  factor === 1
    ? ''
    : `Published durations are at real pace. At pace ${name}, targets and measured times are divided by ${factor}.`;

const targetAndMeasured = (verdict: DrillRecord['verdicts'][number] | undefined): string[] => [
  span(verdict?.targetMs),
  span(verdict?.measuredMs),
];

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
