import { tableText } from '../../reports/console/table.ts';
import { spreadOf } from '../spread.ts';
import type { Measured } from './drill.ts';
import { mebibytes, ratio, seconds, sum } from './figures.ts';

const medianOf = (figures: readonly number[]): number => spreadOf(figures).median;

type Figure = (one: Measured) => number;

/** A table that compares the medians of both runtimes. */
export function comparisonText(onProcess: readonly Measured[], onDocker: readonly Measured[]): string {
  const row = (what: string, figure: Figure, show: (figure: number) => string) => {
    const [process, docker] = [medianOf(onProcess.map(figure)), medianOf(onDocker.map(figure))];
    return [what, show(process), show(docker), show(docker - process), ratio(docker / process)];
  };
  const table = tableText([
    ['medians', 'process', 'docker', 'docker − process', 'docker ÷ process'],
    row('MTTD', ({ mttdMs }) => mttdMs, seconds),
    row('warm stack ready', ({ readyMs }) => readyMs, seconds),
    row('stack memory, idle', ({ idle }) => sum(idle), mebibytes),
    row('stack memory, under load', ({ loaded }) => sum(loaded), mebibytes),
  ]);
  const mttd = (measured: readonly Measured[]) => medianOf(measured.map(({ mttdMs }) => mttdMs));
  const interval = medianOf([...onProcess, ...onDocker].map(({ intervalMs }) => intervalMs));
  return `${table}${apartText(Math.abs(mttd(onDocker) - mttd(onProcess)), interval)}
Memory of processes is their proportional set size. Memory of containers is their working set. One harness process drills
both runtimes, so its memory above is the memory for both.
`;
}

/**
 * One line that compares a difference of MTTDs with the evaluation interval. Two drills on one runtime can differ by one
 * interval, because the moment of the fault within the interval is random.
 */
export function apartText(apartMs: number, intervalMs: number): string {
  const intervals = apartMs / intervalMs;
  const than = intervals < 1 ? 'less than' : intervals > 1 ? 'more than' : 'exactly';
  const finding = Number.isFinite(intervals) ? `${than} one evaluation interval` : 'not known';
  return `MTTD: ${seconds(apartMs)} apart ÷ ${seconds(intervalMs)}, the evaluation interval of the alert's rule = ${ratio(intervals)}: ${finding}\n`;
}
