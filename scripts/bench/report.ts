import type { RuntimeName } from '../../core/runtime.ts';
import { tableText } from '../../reports/console/table.ts';
import { spreadOf } from '../spread.ts';
import type { Measured } from './drill.ts';
import { mebibytes, ratio, seconds, sum } from './figures.ts';

/** The budgets of docs/design.md, with which the figures are compared. */
const budgets = {
  harnessBytes: 150 * 2 ** 20,
  overheadMs: 20_000,
  stampMs: 5,
} as const;

const stackBudgets: Readonly<Record<RuntimeName, { readonly readyMs: number; readonly bytes?: number }>> = {
  process: { readyMs: 6_000, bytes: 1.2 * 2 ** 30 },
  docker: { readyMs: 20_000 },
};

type Row = readonly [
  what: string,
  min: string,
  median: string,
  max: string,
  comparedWith: string,
  ratio: string,
];

const head: Row = ['', 'min', 'median', 'max', 'compared with', 'ratio'];

function row(
  what: string,
  figures: readonly number[],
  show: (figure: number) => string,
  budget?: number,
): Row {
  const { min, median, max } = spreadOf(figures);
  const compared = budget === undefined ? '' : `budget ${show(budget)}`;
  return [
    what,
    show(min),
    show(median),
    show(max),
    compared,
    budget === undefined ? '' : ratio(median / budget),
  ];
}

function rowsBy(
  measured: readonly Measured[],
  pick: (one: Measured) => ReadonlyMap<string, number>,
  show: (figure: number) => string,
): Row[] {
  const names = [...(measured[0] ? pick(measured[0]) : new Map<string, number>()).keys()];
  return names.map((name) =>
    row(
      `  ${name}`,
      measured.map((one) => pick(one).get(name) ?? NaN),
      show,
    ),
  );
}

/** A table of the figures of repeated drills on one runtime. The ratio is median ÷ budget. */
export function drillsText(runtime: RuntimeName, measured: readonly Measured[]): string {
  const { readyMs, bytes } = stackBudgets[runtime];
  const mttdRatios = measured.map(({ mttdMs, floorMeanMs }) => mttdMs / floorMeanMs);
  const spread = spreadOf(mttdRatios);
  return tableText([
    head,
    row(
      'warm stack ready',
      measured.map((one) => one.readyMs),
      seconds,
      readyMs,
    ),
    ...rowsBy(measured, ({ readyByComponent }) => readyByComponent, seconds),
    row(
      'stack memory, idle',
      measured.map(({ idle }) => sum(idle)),
      mebibytes,
      bytes,
    ),
    ...rowsBy(measured, ({ idle }) => idle, mebibytes),
    row(
      'stack memory, under load',
      measured.map(({ loaded }) => sum(loaded)),
      mebibytes,
    ),
    row(
      'harness memory',
      measured.map(({ harnessBytes }) => harnessBytes),
      mebibytes,
      budgets.harnessBytes,
    ),
    row(
      'MTTD',
      measured.map(({ mttdMs }) => mttdMs),
      seconds,
    ),
    [
      'MTTD ÷ mean floor',
      ratio(spread.min),
      ratio(spread.median),
      ratio(spread.max),
      `floor ${seconds(measured[0]?.floorMeanMs ?? NaN)}, budget 0.9–1.1`,
      ratio(spread.median),
    ],
    row(
      'wall − (quiet + MTTD + resolve)',
      measured.map((one) => one.wallMs - one.neededMs),
      seconds,
      budgets.overheadMs,
    ),
  ]);
}

/** The output of the receivers' benchmark, with each 99 % figure ÷ its budget. */
export function receiversText(output: string): string {
  const lines = output.trimEnd().split('\n');
  return lines
    .map((line) => {
      const [, late] = /99 % ([\d.]+) ms/.exec(line) ?? [];
      return `${line}\n  sent → stamped, 99 % ÷ budget ${budgets.stampMs} ms: ${ratio(Number(late) / budgets.stampMs)}\n`;
    })
    .join('');
}
