import type { AlertEvidence, DrillRecord, Verdict } from '../core/record.ts';
import { failures, floorMeaning, floorText, type HopStep, waySteps } from './facts.ts';
import { faultWords } from './fault-words.ts';
import { followedText } from './followed.ts';
import { historyText } from './history-text.ts';
import { md, table } from './markdown-text.ts';
import { objectionTo, proofsOf } from './proofs.ts';
import { figureHeads, figureRows, figuresNote } from './published-figures.ts';
import { replacementLines } from './replacements.ts';
import { stackText } from './stack-text.ts';
import { outcomeWords, story } from './story.ts';
import { capped, dateTime, relative, span } from './text.ts';

/** summary.md: for a pull request comment or a GitHub step summary. */
export function renderMarkdown(record: DrillRecord): string {
  const sections = [
    `# ${marks[record.outcome]} ${outcomeWords[record.outcome]}: ${md(record.scenario.title)}`,
    story(record).map(md).join(' ') || md(record.scenario.summary),
    ...problemText(record),
    ...(record.verdicts.length ? [checks(record.verdicts)] : []),
    ...[historyText(record) ?? []].flat().map(md),
    ...autopsyText(record),
    ...proofs(record),
    ...figures(record),
    ...(record.evidence?.alerts ?? []).map((alert) => hops(record, alert)),
    ...teardown(record),
    bullets(replacementLines(record)),
    footer(record),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

const marks: Record<DrillRecord['outcome'], string> = {
  pass: '✅',
  fail: '❌',
  broken: '⚠️',
  'bad-input': '⚠️',
  interrupted: '⏹️',
};

const verdictWords: Record<Verdict['outcome'], string> = {
  pass: '✅ pass',
  fail: '❌ fail',
  broken: '⚠️ broken',
};

const checks = (verdicts: readonly Verdict[]) =>
  `## Checks\n\n${table(
    ['Check', 'Target', 'Floor (best / mean / worst)', 'Measured', 'Verdict'],
    verdicts.map((v) => [
      md(v.title),
      span(v.targetMs),
      v.floor ? floorText(v.floor) : '–',
      span(v.measuredMs),
      verdictWords[v.outcome],
    ]),
  )}${verdicts.some((v) => v.floor) ? `\n\n${floorMeaning}` : ''}`;

const bullets = (lines: readonly string[]) => lines.map((line) => `- ${md(line)}`).join('\n');

/** Lines of evidence that are shown of one failure. */
const mostLines = 20;

function autopsyText(record: DrillRecord): string[] {
  return failures(record).map(({ verdicts, autopsy, evidence }) => {
    const [first] = verdicts;
    const died = autopsy ? [`**Failed at the hop “${autopsy.hop}”:** ${md(autopsy.cause)}`] : [];
    const title = verdicts.map((v) => md(v.title)).join('; ');
    return [
      `## Why it ${first.outcome === 'broken' ? 'broke' : 'failed'}: ${title}`,
      md(first.message),
      ...died,
      bullets(capped(evidence, mostLines, (left) => `${left} more lines in report.html`)),
    ]
      .filter(Boolean)
      .join('\n\n');
  });
}

function problemText({ problem }: DrillRecord): string[] {
  if (!problem) return [];
  const lines = problem.problems.map(
    ({ where, message, hint }) => `- **${md(where)}**: ${md(message)}${hint ? `<br>→ ${md(hint)}` : ''}`,
  );
  return [
    `## ${problem.kind === 'interrupted' ? 'Interrupted' : 'What broke'}${problem.phase ? ` (during “${problem.phase}”)` : ''}`,
    ...(lines.length ? [lines.join('\n')] : []),
  ];
}

function figures(record: DrillRecord): string[] {
  const rows = figureRows(record);
  if (rows.length === 0) return [];
  return ['## Published figures', figuresNote(record), table(figureHeads, rows)];
}

function proofs(record: DrillRecord): string[] {
  const all = proofsOf(record);
  if (all.length === 0) return [];
  const request = followedText(record);
  const rows = all.map((proof) => {
    const wrong = objectionTo(proof);
    const found = wrong === undefined ? md(proof.found) : `${md(proof.found)}<br>**${md(wrong)}**`;
    return [proof.kind, md(proof.asked), found, proof.verdict ? verdictWords[proof.verdict.outcome] : '–'];
  });
  return [
    `## What logs, traces and metrics showed\n\n${table(['Proof', 'Asked', 'Found', 'Verdict'], rows)}`,
    ...(request === undefined ? [] : [`One request: ${md(request)}`]),
  ];
}

function hops(record: DrillRecord, alert: AlertEvidence): string {
  const row = (step: HopStep) => [
    String(step.number),
    step.name,
    step.sinceMs === undefined ? 'not reached' : relative(step.sinceMs),
    span(step.tookMs),
    md(step.detail ? `${step.source} (${step.detail})` : step.source),
  ];
  return `## From the fault to the page: ${md(alert.alert)}\n\n${table(
    ['', 'Hop', faultWords(record).since, 'Took', 'Source'],
    waySteps(record, alert).map(row),
  )}`;
}

const teardown = ({ teardownFailures }: DrillRecord) =>
  teardownFailures.length
    ? [`## Not torn down\n\n${bullets(teardownFailures.map((f) => `${f.what}: ${f.message}`))}`]
    : [];

function footer({ id, startedAt, endedAt, pace, stack, scenario }: DrillRecord): string {
  const took = endedAt === undefined ? '' : `, took ${span(endedAt - startedAt)}`;
  const speed = pace.factor === 1 ? `${pace.name} pace` : `${pace.name} pace (durations ÷ ${pace.factor})`;
  return `<sub>Drill ${md(id)} of ${md(scenario.name)}, ${dateTime(startedAt)}${took}, ${speed}, ${md(stackText(stack))}.</sub>`;
}
