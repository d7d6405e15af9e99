import type { DrillRecord } from '../core/record.ts';
import { span } from './text.ts';

/** A published figure beside what was demanded and measured; every cell as text. */
export interface PublishedFigure {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly target: string;
  readonly measured: string;
}

export const figureHeads = ['', 'Published: before', 'Published: after', 'Target', 'Measured'];

/** The figures that the scenario's rollback proof names; empty if it names none or nothing was judged. */
export function publishedFigures({ scenario, evidence, verdicts }: DrillRecord): PublishedFigure[] {
  return scenario.proofs.flatMap((proof, i): PublishedFigure[] => {
    if (proof.kind !== 'rollback' || !proof.published) return [];
    const { detection, rollback, errorRate } = proof.published;
    const page = verdicts.find(({ id }) => id.endsWith('/arrives'));
    const own = verdicts.find((verdict) => verdict.proof === i);
    const found = evidence?.proofs[i];
    const after = found?.kind === 'rollback' ? found.after : undefined;
    return [
      ...(detection ? [{ what: 'mean time to detect', ...detection, ...timesOf(page) }] : []),
      ...(rollback ? [{ what: 'time to roll back', ...rollback, ...timesOf(own) }] : []),
      ...(errorRate
        ? [
            {
              what: 'requests that fail',
              before: percent(errorRate.before),
              after: percent(errorRate.after),
              target: `below ${percent(proof.errorRateBelow ?? 1)}`,
              measured: after && after.requests > 0 ? percent(after.failed / after.requests) : '–',
            },
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

const timesOf = (verdict: DrillRecord['verdicts'][number] | undefined) => ({
  target: span(verdict?.targetMs),
  measured: span(verdict?.measuredMs),
});

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
