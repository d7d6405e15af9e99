import type { GateOutcome } from '../../core/gate.ts';
import { floorMeaning, floorText } from '../facts.ts';
import { md, table } from '../markdown-text.ts';
import { dateTime, span } from '../text.ts';
import {
  findingHint,
  findingText,
  gateClosing,
  gateNotes,
  kindWords,
  outcomeWord,
  pageText,
} from './sentence.ts';
import type { PlacedResult } from './told.ts';

const marks: Record<GateOutcome, string> = {
  green: '✅',
  red: '❌',
  broken: '⚠️',
  'bad-input': '⚠️',
  interrupted: '⏹️',
};

/** For a pull request comment or a GitHub step summary. */
export function gateMarkdown(result: PlacedResult): string {
  const { set, outcome, findings, pages, drills, at } = result;
  const sections = [
    `# ${marks[outcome]} Alerting gate ${md(set)}: ${outcomeWord[outcome]}`,
    md(gateClosing(result, findings.length)),
    findings
      .map(
        ({ finding, where }) =>
          `- **${kindWords[finding.kind]}**: ${md(findingText(finding))}<br>${md(where)} → ${md(findingHint(finding, set))}`,
      )
      .join('\n'),
    ...(pages.length > 0 ? [pageTable(pages)] : []),
    gateNotes(result)
      .map((note) => `- ${md(note)}`)
      .join('\n'),
    table(
      ['Drill', 'Scenario', 'Outcome', 'Took'],
      drills.map(({ run, scenario, outcome: ended, tookMs }) => [md(run), md(scenario), ended, span(tookMs)]),
    ),
    `Began ${dateTime(at)}.`,
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function pageTable(pages: PlacedResult['pages']): string {
  const rows = pages.map((page) => {
    const { scenario, arrived, mttdMs, beforeMs, allowedMs, targetMs, floor } = page;
    return [
      md(pageText(page)),
      md(scenario),
      `${arrived.drills} of ${arrived.of}`,
      span(mttdMs),
      span(beforeMs),
      allowedMs === undefined ? '–' : `+${span(allowedMs)}`,
      span(targetMs),
      floor ? floorText(floor) : '–',
    ];
  });
  const head = ['Page', 'Scenario', 'Came', 'MTTD (median)', 'Baseline', 'Allowed', 'Target'];
  return `${table([...head, 'Floor (best / mean / worst)'], rows)}\n\n${floorMeaning}`;
}
