import type { DrillRecord } from '../../core/record.ts';
import { failures, floorText } from '../../reports/facts.ts';
import { md, table } from '../../reports/markdown-text.ts';
import { outcomeWords } from '../../reports/story.ts';
import { printable, span } from '../../reports/text.ts';
import { spreadOf } from '../spread.ts';
import { type Arrival, arrivalsOf, mttdSpread, samePages, withinFloor } from './arrivals.ts';
import { isTold, type Outcome, type Word, wordOf, worstOf } from './outcomes.ts';

const marks: Record<Word, string> = {
  held: '✅',
  failed: '❌',
  broken: '⚠️',
  'bad-input': '⚠️',
  interrupted: '⏹️',
};

/**
 * summary.md of a night, also of one that still goes on or was cut off.
 *
 * @param planned how many commands the night has.
 */
export function nightMarkdown(outcomes: readonly Outcome[], planned: number): string {
  const held = outcomes.filter(({ exitCode }) => wordOf(exitCode) === 'held').length;
  const left = planned - outcomes.length;
  const mark = left > 0 && held === outcomes.length ? '⏳' : marks[wordOf(worstOf(outcomes))];
  const sections = [
    `# ${mark} Nightly: ${held} of ${planned} held${left > 0 ? `, ${left} not run yet` : ''}`,
    table(
      ['Command', 'Outcome', 'Held', 'Took'],
      outcomes.map(({ name, exitCode, held, tookMs }) => [
        md(name),
        `${marks[wordOf(exitCode)]} ${wordOf(exitCode)}`,
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

/** Each drill has a floor of its own, since each fails requests at a slightly different rate: the middle ones. */
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
    const told = isTold(outcome) ? [] : [`The end of its log:\n\n${logText(outcome.tail)}`];
    const mark = marks[wordOf(outcome.exitCode)];
    return lines.length + told.length > 0
      ? [[`### ${mark} ${md(outcome.name)}`, ...lines, ...told].join('\n\n')]
      : [];
  });
  return sections.length > 0 ? ['## What did not hold', ...sections] : [];
}

/** Each cause once, as in the reports of the drill. */
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

/** Indented, so that nothing in it can end the block. */
const logText = (lines: readonly string[]): string =>
  lines.map((line) => `    ${printable(line).replaceAll('\n', ' ')}`).join('\n');
