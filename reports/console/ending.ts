import type pc from 'picocolors';
import type { DrillRecord, Verdict } from '../../core/record.ts';
import { failures, floorText } from '../facts.ts';
import { followedText } from '../followed.ts';
import { historyText } from '../history-text.ts';
import { machineText } from '../machine.ts';
import { replacementLines } from '../replacements.ts';
import { closing } from '../story.ts';
import { capped, oneLine, printable, span } from '../text.ts';
import { type Cell, table, wrapped } from './table.ts';

type Colours = ReturnType<typeof pc.createColors>;

export interface EndingOptions {
  readonly colours: Colours;
  readonly columns: number;
  /** Path of the reports, as displayed. */
  readonly directory?: string;
}

/** The console's output at the end: the checks, the reasons of failures, the path of the report, and a closing line. */
export function ending(record: DrillRecord, { colours: c, columns, directory }: EndingOptions): string[] {
  const paint = {
    pass: c.green,
    fail: c.red,
    broken: c.yellow,
    'bad-input': c.yellow,
    interrupted: c.yellow,
  };
  const files = directory === undefined ? [] : ['', `Report: ${printable(directory)}/report.html`];
  return [
    // Without a fault, a table would only repeat that nothing was tested.
    ...(record.faultWindow
      ? ['', ...checks(record.verdicts, columns, c), ...historyLines(record, columns)]
      : []),
    ...followedLines(record, columns),
    ...failureLines(record, columns, c),
    ...problemLines(record, columns, c),
    ...record.teardownFailures.map((f) => c.yellow(oneLine(`Not torn down: ${f.what}: ${f.message}`))),
    ...machineLines(record, columns, c),
    ...replaced(record, columns),
    ...files,
    c.bold(paint[record.outcome](oneLine(closing(record)))),
  ];
}

function checks(verdicts: readonly Verdict[], columns: number, c: Colours): string[] {
  const paint = { pass: c.green, fail: c.red, broken: c.yellow };
  const rows = verdicts.map((v): Cell[] => [
    { text: oneLine(v.title) },
    { text: span(v.targetMs) },
    { text: v.floor ? floorText(v.floor) : '–' },
    { text: span(v.measuredMs) },
    { text: v.outcome, paint: paint[v.outcome] },
  ]);
  return table(['Expected', 'Target', 'Floor best/mean/worst', 'Measured', 'Verdict'], rows, columns);
}

/** Wraps a text with a hanging indent. */
const hanging = (text: string, indent: string, columns: number, mark = '') =>
  wrapped(oneLine(text), Math.max(24, columns - indent.length - mark.length - 1)).map(
    (line, i) => `${indent}${i === 0 ? mark : ' '.repeat(mark.length)}${line}`,
  );

function historyLines(record: DrillRecord, columns: number): string[] {
  const text = historyText(record);
  return text === undefined ? [] : ['', ...hanging(text, '', columns)];
}

function followedLines(record: DrillRecord, columns: number): string[] {
  const request = followedText(record);
  return request === undefined ? [] : ['', ...hanging(request, '', columns, 'One request: ')];
}

function replaced(record: DrillRecord, columns: number): string[] {
  const lines = replacementLines(record);
  return lines.length > 0 ? ['', ...lines.flatMap((line) => hanging(line, '', columns))] : [];
}

function machineLines(record: DrillRecord, columns: number, c: Colours): string[] {
  const text = machineText(record);
  return text === undefined ? [] : ['', ...hanging(text, '', columns).map(c.yellow)];
}

/** Lines of evidence that are shown of one failure. */
const mostLines = 20;

function failureLines(record: DrillRecord, columns: number, c: Colours): string[] {
  return failures(record).flatMap(({ verdicts, autopsy, evidence }) => {
    const [first] = verdicts;
    const died = autopsy ? `failed at “${autopsy.hop}”: ${autopsy.cause}` : first.message;
    return [
      '',
      ...verdicts.flatMap((v) => hanging(v.title, '', columns, '✗ ')).map((line) => c.bold(c.red(line))),
      ...hanging(died, '  ', columns),
      ...capped(evidence, mostLines, (left) => `${left} more lines in the report`).flatMap((line) =>
        hanging(line, '    ', columns, '- '),
      ),
    ];
  });
}

function problemLines({ problem }: DrillRecord, columns: number, c: Colours): string[] {
  if (!problem || problem.kind === 'interrupted') return [];
  const during = problem.phase ? `during “${problem.phase}”` : 'before the drill';
  return [
    '',
    c.bold(c.yellow(problem.kind === 'broken' ? `Broken ${during}` : 'Bad input')),
    ...problem.problems.flatMap(({ where, message, hint }) => [
      ...`${where}: ${message}`.split('\n').flatMap((line) => hanging(line, '  ', columns)),
      ...(hint ? hanging(hint, '    ', columns, '→ ') : []),
    ]),
  ];
}
