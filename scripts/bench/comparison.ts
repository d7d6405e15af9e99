import { tableText } from '../../reports/console/table.ts';
import { spreadOf } from '../spread.ts';
import type { Measured } from './drill.ts';
import { mebibytes, ratio, seconds, sum } from './figures.ts';

const medianOf = (figures: readonly number[]): number => spreadOf(figures).median;

type Figure = (one: Measured) => number;

/** Both runtimes, by the medians of drills that took turns; nothing is judged. */
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
Memory of processes is their proportional set size, that of containers their working set. One harness drills both, so its
memory above is that of both.
`;
}

/** Two drills on one runtime may be as far apart: where in its rule's interval the fault falls is chance. */
export function apartText(apartMs: number, intervalMs: number): string {
  const intervals = apartMs / intervalMs;
  const than = intervals < 1 ? 'less than' : intervals > 1 ? 'more than' : 'exactly';
  const finding = Number.isFinite(intervals) ? `${than} one evaluation interval` : 'not known';
  return `MTTD: ${seconds(apartMs)} apart ÷ ${seconds(intervalMs)}, the evaluation interval of the alert's rule = ${ratio(intervals)}: ${finding}\n`;
}
