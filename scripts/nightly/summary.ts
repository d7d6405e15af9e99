import type { DrillRecord } from '../../core/record.ts';
import { failures, floorText } from '../../reports/facts.ts';
import { md, table } from '../../reports/markdown-text.ts';
import { outcomeWords } from '../../reports/story.ts';
import { printable, span } from '../../reports/text.ts';
import { spreadOf } from '../spread.ts';
import { type Arrival, arrivalsOf, mttdSpread, samePages, withinFloor } from './arrivals.ts';
import { isExplained, type Outcome, type OutcomeName, outcomeName, worstOf } from './outcomes.ts';

const marks: Record<OutcomeName, string> = {
  held: '✅',
  failed: '❌',
  broken: '⚠️',
  'bad-input': '⚠️',
  interrupted: '⏹️',
};

/**
 * summary.md of a nightly run, also of one that is still running or was killed.
 *
 * @param planned number of commands of the nightly run.
 */
export function nightlyMarkdown(outcomes: readonly Outcome[], planned: number): string {
  const held = outcomes.filter(({ exitCode }) => outcomeName(exitCode) === 'held').length;
  const left = planned - outcomes.length;
  const mark = left > 0 && held === outcomes.length ? '⏳' : marks[outcomeName(worstOf(outcomes))];
  const sections = [
    `# ${mark} Nightly: ${held} of ${planned} held${left > 0 ? `, ${left} not run yet` : ''}`,
    table(
      ['Command', 'Outcome', 'Held', 'Took'],
      outcomes.map(({ name, exitCode, held, tookMs }) => [
        md(name),
        `${marks[outcomeName(exitCode)]} ${outcomeName(exitCode)}`,
        md(held),
        span(tookMs),
      ]),
    ),
    ...mttdTable(arrivalsOf(outcomes.flatMap(({ records }) => records))),
    ...failuresText(outcomes),
  ];
  return `${sections.join('\n\n')}\n`;
}

function mttdTable(arrivals: readonly Arrival[]): string[] {
  if (arrivals.length === 0) return [];
  const rows = samePages(arrivals).map((group) => {
    const [{ alert, receiver, scenario, pace, runtime, stack, targetMs }] = group;
    const spread = mttdSpread(group);
    return [
      md(`${alert} @ ${receiver}`),
      md(scenario),
      pace,
      md(runtime),
      md(stack),
      spread ? [spread.min, spread.median, spread.max].map(span).join(' / ') : 'did not arrive',
      groupFloor(group),
      span(targetMs),
      withinFloor(group),
    ];
  });
  const head = ['Alert @ receiver', 'Scenario', 'Pace', 'Runtime', 'Stack'];
  const figures = [
    'MTTD (min / median / max)',
    'Floor (best / mean / worst)',
    'Target',
    'Within floor, of drills',
  ];
  return [`## MTTD per alert\n\n${table([...head, ...figures], rows)}`];
}

/** The medians of the floors: floors of repeated drills differ slightly, because their failure rates do. */
function groupFloor(group: readonly Arrival[]): string {
  const floors = group.flatMap(({ floor }) => floor ?? []);
  if (floors.length === 0) return '–';
  const middle = (figure: 'best' | 'mean' | 'worst') => spreadOf(floors.map((one) => one[figure])).median;
  return floorText({ best: middle('best'), mean: middle('mean'), worst: middle('worst') });
}

function failuresText(outcomes: readonly Outcome[]): string[] {
  const sections = outcomes.flatMap((outcome) => {
    const lines = outcome.records
      .filter((record) => record.outcome !== 'pass')
      .map((record) => `${md(record.id)}, ${outcomeWords[record.outcome]}:\n\n${recordText(record)}`);
    const log = isExplained(outcome) ? [] : [`The end of its log:\n\n${logText(outcome.tail)}`];
    const mark = marks[outcomeName(outcome.exitCode)];
    return lines.length + log.length > 0
      ? [[`### ${mark} ${md(outcome.name)}`, ...lines, ...log].join('\n\n')]
      : [];
  });
  return sections.length > 0 ? ['## What did not hold', ...sections] : [];
}

/** Problems and failures of a record. Each cause is listed once, as in the reports of the drill. */
function recordText(record: DrillRecord): string {
  const { problem, teardownFailures } = record;
  const lines = [
    ...(problem?.problems ?? []).map(
      ({ where, message, hint }) =>
        `${problem?.phase ? `during “${problem.phase}”: ` : ''}**${md(where)}**: ${md(message)}${hint ? `<br>→ ${md(hint)}` : ''}`,
    ),
    ...failures(record).map(({ verdicts, autopsy }) => {
      const died = autopsy ? `<br>Failed at the hop “${autopsy.hop}”: ${md(autopsy.cause)}` : '';
      return `**${verdicts.map(({ title }) => md(title)).join('; ')}**: ${md(verdicts[0].message)}${died}`;
    }),
    ...teardownFailures.map(({ what, message }) => `not torn down: **${md(what)}**: ${md(message)}`),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

/** An indented code block, because no text in it can end the block. */
const logText = (lines: readonly string[]): string =>
  lines.map((line) => `    ${printable(line).replaceAll('\n', ' ')}`).join('\n');
