import type pc from 'picocolors';
import { type Cell, table, wrapped } from '../console/table.ts';
import { floorText } from '../facts.ts';
import { oneLine, span } from '../text.ts';
import { findingHint, findingText, gateClosing, gateNotes, kindWords, pageText } from './sentence.ts';
import type { PlacedResult } from './told.ts';

export interface GateConsoleOptions {
  readonly colours: ReturnType<typeof pc.createColors>;
  readonly columns: number;
}

/** The output of the gate: a table of the expected pages, the findings, and a closing line. */
export function gateLines(result: PlacedResult, { colours: c, columns }: GateConsoleOptions): string[] {
  const paint = {
    green: c.green,
    red: c.red,
    broken: c.yellow,
    'bad-input': c.yellow,
    interrupted: c.yellow,
  };
  const { set, findings, outcome } = result;
  return [
    '',
    ...pages(result, columns, c),
    ...findings.flatMap(({ finding, where }) => [
      '',
      `${c.red('✗')} ${c.bold(kindWords[finding.kind])}  ${c.dim(oneLine(where))}`,
      ...indented(findingText(finding), columns),
      ...indented(`→ ${findingHint(finding, set)}`, columns).map(c.dim),
    ]),
    '',
    ...gateNotes(result).flatMap((note) => wrapped(oneLine(note), Math.max(24, columns - 1))),
    c.bold(paint[outcome](oneLine(gateClosing(result, findings.length)))),
  ];
}

const indented = (text: string, columns: number): string[] =>
  wrapped(oneLine(text), Math.max(24, columns - 5)).map((line) => `    ${line}`);

function pages({ pages: all }: PlacedResult, columns: number, c: GateConsoleOptions['colours']): string[] {
  if (all.length === 0) return [];
  const rows = all.map((page): Cell[] => {
    const { arrived, mttdMs, beforeMs, allowedMs, floor, scenario } = page;
    const isWhole = arrived.drills === arrived.of;
    return [
      { text: oneLine(`${pageText(page)}, ${scenario}`) },
      { text: `${arrived.drills}/${arrived.of}`, paint: isWhole ? c.green : c.red },
      { text: span(mttdMs) },
      { text: span(beforeMs) },
      { text: allowedMs === undefined ? '–' : `+${span(allowedMs)}` },
      { text: floor ? floorText(floor) : '–' },
    ];
  });
  const head = ['Page', 'Came', 'MTTD', 'Baseline', 'Allowed', 'Floor best/mean/worst'];
  return table(head, rows, columns);
}
