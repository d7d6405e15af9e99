import { humanDuration } from '../../core/duration.ts';
import type { DrillRecord, Verdict } from '../../core/record.ts';
import { topologies } from '../../core/scenario.ts';
import { table } from '../../reports/console/table.ts';
import { isArrival, subjectOf } from '../../reports/facts.ts';
import { quantile } from '../load/load-statistics.ts';

/** A drill with what k6 saw of it: the lines of its samples.csv. */
export interface Compared {
  readonly record: DrillRecord;
  readonly samples: string;
}

type Figure = (drill: Compared) => number | undefined;
type Row = readonly [what: string, figure: Figure, show: (figure: number) => string];

/** Every scenario on both topologies: what was paged when, what the service took, what it all weighs. */
export function comparisonText(drills: readonly Compared[]): string {
  const names = [...new Set(drills.map(({ record }) => record.scenario.name))];
  const rows = names.flatMap((name) => rowsOf(drills.filter(({ record }) => record.scenario.name === name)));
  const cells = rows.map((row) => row.map((text) => ({ text })));
  return `\n${table(['', ...topologies], cells, 120).join('\n')}\n`;
}

function rowsOf(drills: readonly Compared[]): string[][] {
  const on = topologies.map((topology) => drills.filter(({ record }) => record.stack.topology === topology));
  const [first] = drills;
  const held = on.map(
    (some) => `${some.filter(({ record }) => record.outcome === 'pass').length} of ${some.length} held`,
  );
  return [
    [first?.record.scenario.name ?? '', ...held],
    ...figuresOf(drills).map(([what, figure, show]) => [
      `  ${what}`,
      ...on.map((some) => {
        const found = some.map(figure).filter((value) => value !== undefined);
        return found.length === 0 ? '–' : show(quantile(found, 0.5));
      }),
    ]),
  ];
}

function figuresOf(drills: readonly Compared[]): Row[] {
  const arrivals = new Map(
    drills.flatMap(({ record }) => record.verdicts.filter(isArrival).map((one) => [one.id, one])),
  );
  const journeys = new Set(drills.flatMap(({ record }) => Object.keys(record.scenario.load.rates)));
  const of = (id: string, pick: (verdict: Verdict) => number | undefined) => (drill: Compared) => {
    const verdict = drill.record.verdicts.find((one) => one.id === id);
    return verdict && pick(verdict);
  };
  return [
    ...[...arrivals].flatMap(([id, verdict]): Row[] => [
      [
        `MTTD ${subjectOf(verdict).alert}@${subjectOf(verdict).receiver}`,
        of(id, ({ measuredMs }) => measuredMs),
        humanDuration,
      ],
      ['  mean of its floor', of(id, ({ floor }) => floor?.mean), humanDuration],
    ]),
    ...[...journeys].map((journey): Row => [`p99 of ${journey}`, healthyP99(journey), humanDuration]),
    ['memory of the Collectors', memory(({ tool }) => tool === 'otelcol'), mebibytes],
    ['memory of the stack', memory(() => true), mebibytes],
  ];
}

const mebibytes = (figure: number) => `${Math.round(figure)} MiB`;

const memory =
  (is: (component: DrillRecord['stack']['components'][number]) => boolean): Figure =>
  ({ record }) => {
    const known = record.stack.components.flatMap((one) => (is(one) ? (one.memoryMiB ?? []) : []));
    return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
  };

/** Of what was answered while nothing was broken: in the quiet period, and once all had recovered. */
const healthyP99 =
  (journey: string): Figure =>
  ({ record, samples }) => {
    const { quietGate, faultWindow, phases } = record;
    const recoveredAt = phases.find(({ name }) => name === 'prove recovery')?.endedAt ?? Infinity;
    const healthy = (at: number) =>
      (quietGate && faultWindow && at >= quietGate.heldFrom && at < faultWindow.injectedAt) ||
      at >= recoveredAt;
    const durations = samples.split('\n').flatMap((line) => {
      const [at, name, , durationMs] = line.split(',');
      return name === journey && healthy(Number(at)) ? [Number(durationMs)] : [];
    });
    return durations.length === 0 ? undefined : quantile(durations, 0.99);
  };
