/*
 * `firedrill gate`: drills a set of scenarios, compares the drills with a baseline, and decides.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pc from 'picocolors';
import type { DrillLine } from '../../core/drill-line.ts';
import { exitCodes } from '../../core/errors.ts';
import type { GateOutcome, GateResult } from '../../core/gate.ts';
import { paced } from '../../core/pace.ts';
import { Problems } from '../../core/problems.ts';
import { parseShare } from '../../core/sets.ts';
import { shownPath } from '../../core/shown-path.ts';
import { gateBadge } from '../../reports/gate/badge.ts';
import { gateLines } from '../../reports/gate/console.ts';
import { gateJson } from '../../reports/gate/json.ts';
import { gateJunit } from '../../reports/gate/junit.ts';
import { gateMarkdown } from '../../reports/gate/markdown.ts';
import { gateSarif } from '../../reports/gate/sarif.ts';
import type { PlacedResult } from '../../reports/gate/told.ts';
import { findArguments } from '../command/arguments.ts';
import { type PreparedDrills, prepareDrills } from '../command/drills.ts';
import { ledgerFileOf, project } from '../command/session.ts';
import { wantsColour } from '../command/wants-colour.ts';
import { drillLineOf } from '../ledger/line-of-record.ts';
import { systemNameOf } from '../stack/placement.ts';
import { type GateArguments, readGateArguments, usage } from './arguments.ts';
import { type Baseline, comparable, type RunsOn, readBaseline, writeBaseline } from './baseline.ts';
import { type FoundSet, findSet, findStagingSet } from './find-set.ts';
import { appendText, requireWritable, writeOutput } from './output-files.ts';
import { placeOf } from './place-of-finding.ts';
import { ledgerBefore, provenAlerts } from './proven.ts';
import { resultOf } from './result.ts';

const { env, stdout, stderr } = process;

/** @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const problems = new Problems();
  const given = readGateArguments(args, problems);
  if (given.help) {
    problems.refuse();
    stdout.write(usage);
    return exitCodes.held;
  }
  for (const path of [...Object.values(given.files), ...[given.writeBaseline ?? []].flat()])
    await problems.readSoon(requireWritable(path));
  const set = await problems.readSoon(
    given.attach === undefined ? findSet(given.set, given.system) : findStagingSet(given.set, given.attach),
  );
  const found = findArguments(drillArguments(given, set), problems);
  if (!set) problems.refuse();
  else return await gate(set, given, found, problems);
  return exitCodes['bad-input'];
}

/** The arguments of `firedrill run` for the drills of a set. What is given twice counts as it is given last. */
const drillArguments = ({ drills }: GateArguments, set: FoundSet | undefined): string[] => [
  ...(set ? set.scenarios : ['a-set']),
  ...(set?.pace === undefined ? [] : [`--pace=${set.pace}`]),
  `--repeat=${set?.repeats ?? 1}`,
  ...drills,
];

async function gate(
  set: FoundSet,
  given: GateArguments,
  found: ReturnType<typeof findArguments>,
  problems: Problems,
): Promise<number> {
  const baseline = await problems.readSoon(baselineOf(given, set));
  const required = minProvenOf(given, set);
  const before =
    required === undefined
      ? undefined
      : await ledgerBefore(set.system, ledgerFileOf(found.given), found.given.overlay, problems);
  const stream = given.json ? stderr : stdout;
  const drills = await prepareDrills(found, { stream }, problems);
  const { pace, repeat } = found.given;
  const compared = baseline && comparable(baseline, runsOn(drills, pace.name));
  const at = Date.now();
  const now = (await drills.run()).map(drillLineOf);
  const result = resultOf({
    ...{ set, at, planned: set.scenarios.length * repeat, lines: now, rules: drills.rules() },
    ...(baseline && compared ? { baseline: { ...baseline, ...compared } } : {}),
    ...(before && required !== undefined ? { proven: provenAlerts(before, now, required) } : {}),
    slowerByMs: paced(set.thresholds.slowerBy ?? '0', pace),
  });
  const written = await baselineWritten(given, result, now);
  const places = { set, chosen: drills.chosen, judged: drills.judged };
  const placed: PlacedResult = {
    ...result,
    ...(written ? { written } : {}),
    findings: result.findings.map((finding) => ({ finding, where: placeOf(finding, places) })),
  };
  const colours = pc.createColors(wantsColour(stream, env));
  stream.write(`${gateLines(placed, { colours, columns: stream.columns || 100 }).join('\n')}\n`);
  if (given.json) stdout.write(gateJson(placed));
  await writeFiles(given, placed);
  return codes[result.outcome];
}

function minProvenOf({ minProven }: GateArguments, { thresholds }: FoundSet): number | undefined {
  return minProven ?? (thresholds.minProven === undefined ? undefined : parseShare(thresholds.minProven));
}

async function baselineOf(
  { attach, baseline, writeBaseline: written }: GateArguments,
  set: FoundSet,
): Promise<Baseline | undefined> {
  const words = attach === undefined ? set.name : `${set.name} --attach ${attach}`;
  if (written !== undefined) return undefined;
  if (baseline !== undefined) return await readBaseline(resolve(baseline), '--baseline', words);
  return set.baseline === undefined
    ? undefined
    : await readBaseline(set.baseline, set.whereOf(['baseline']), words);
}

/** What each scenario runs on. */
const runsOn = ({ chosen, session }: PreparedDrills, pace: string): RunsOn[] =>
  chosen.flatMap(({ scenario, placements }) =>
    placements.map((placement) => ({
      scenario: scenario.name,
      system: systemNameOf(placement),
      pace,
      stack: { name: placement.stack, topology: placement.topology, runtime: session.runtime },
    })),
  );

/** Writes the baseline that is asked for, from drills that all held. */
async function baselineWritten(
  { writeBaseline: path }: GateArguments,
  { outcome }: GateResult,
  lines: readonly DrillLine[],
): Promise<GateResult['written']> {
  if (path === undefined) return undefined;
  const file = shownPath(resolve(path));
  if (outcome !== 'green') return { file };
  await writeBaseline(path, lines);
  return { file, drills: lines.length };
}

async function writeFiles({ files }: GateArguments, result: PlacedResult): Promise<void> {
  const { version } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as {
    version: string;
  };
  const renderers = {
    junit: () => gateJunit(result),
    markdown: () => gateMarkdown(result),
    sarif: () => gateSarif(result, version),
    badge: () => gateBadge(result),
  } as const;
  const problems = new Problems();
  for (const name of ['junit', 'markdown', 'sarif', 'badge'] as const) {
    const path = files[name];
    if (path !== undefined) await problems.readSoon(writeOutput(path, renderers[name]()));
  }
  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
  const summary = env.GITHUB_STEP_SUMMARY;
  if (summary) await problems.readSoon(appendText(summary, gateMarkdown(result)));
  problems.refuse();
}

const codes: Record<GateOutcome, number> = {
  green: exitCodes.held,
  red: exitCodes.failed,
  'bad-input': exitCodes['bad-input'],
  broken: exitCodes.broken,
  interrupted: exitCodes.interrupted,
};
