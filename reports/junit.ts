import type { DrillRecord, Verdict } from '../core/record.ts';
import { isArrival } from './facts.ts';
import { followedText } from './followed.ts';
import { machineText } from './machine.ts';
import { proofsOf } from './proofs.ts';
import { closing } from './story.ts';
import { printable } from './text.ts';

/**
 * junit.xml: one suite for the drill and one case per verdict, in the format that CI systems agree on
 * (https://github.com/testmoapp/junitxml). A failed expectation is a `failure`; an unjudged one is an `error`. `time`
 * is the measured time in seconds, if the verdict has one.
 */
export function renderJunit(record: DrillRecord): string {
  const cases = [...record.verdicts.map((v) => verdictCase(record, v)), ...problemCase(record)];
  const counts = {
    tests: cases.length,
    failures: record.verdicts.filter((v) => v.outcome === 'fail').length,
    errors: record.verdicts.filter((v) => v.outcome === 'broken').length + problemCase(record).length,
    skipped: 0,
    time: seconds((record.endedAt ?? record.startedAt) - record.startedAt),
  };
  const suite = {
    name: `firedrill ${record.scenario.name}`,
    ...counts,
    timestamp: new Date(record.startedAt).toISOString().slice(0, 19),
    id: record.id,
  };
  const children = [
    properties(suiteProperties(record)),
    ...cases,
    element('system-out', {}, xml([closing(record), ...besides(record)].join('\n'))),
  ];
  const failures = record.teardownFailures.map((f) => `not torn down: ${f.what}: ${f.message}`).join('\n');
  if (failures) children.push(element('system-err', {}, xml(failures)));
  const suites = element(
    'testsuites',
    { name: 'firedrill', ...counts },
    element('testsuite', suite, children.join('')),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suites}\n`;
}

const besides = (record: DrillRecord): string[] => [
  ...proofsOf(record).map(({ kind, found }) => `${kind}: ${found}`),
  ...[followedText(record) ?? []].flat(),
  ...[machineText(record) ?? []].flat(),
];

type Attributes = Record<string, string | number>;

const seconds = (ms: number) => (Number.isFinite(ms) ? (ms / 1000).toFixed(3) : '0.000');

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Escapes text and attributes; escaping every `>` keeps `]]>` out of text. */
export const xml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);

/** @param content XML. */
export function element(name: string, attributes: Attributes, content = ''): string {
  // Without escaping, line breaks and tabs in an attribute are read back as spaces.
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${xml(String(value)).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;')}"`)
    .join('');
  return content === '' ? `<${name}${written}/>\n` : `<${name}${written}>${content}</${name}>\n`;
}

const properties = (values: Attributes) =>
  element(
    'properties',
    {},
    Object.entries(values)
      .map(([name, value]) => element('property', { name, value }))
      .join(''),
  );

function suiteProperties({ id, pace, stack, outcome, versions }: DrillRecord): Attributes {
  const { topology, runtime } = stack;
  const tools = Object.fromEntries(
    Object.entries(versions).map(([name, value]) => [`version.${name}`, value]),
  );
  return { id, outcome, pace: pace.name, 'pace.factor': pace.factor, topology, runtime, ...tools };
}

function caseProperties(verdict: Verdict, pace: string): Attributes {
  const { id, floor, targetMs, measuredMs } = verdict;
  return {
    id,
    pace,
    ...(isArrival(verdict) && measuredMs !== undefined ? { mttd_seconds: seconds(measuredMs) } : {}),
    ...(targetMs === undefined ? {} : { target_seconds: seconds(targetMs) }),
    ...(floor
      ? {
          floor_best_seconds: seconds(floor.best),
          floor_mean_seconds: seconds(floor.mean),
          floor_worst_seconds: seconds(floor.worst),
        }
      : {}),
  };
}

function verdictCase({ scenario, pace }: DrillRecord, verdict: Verdict): string {
  const { outcome, message, evidence, autopsy, title, measuredMs = 0 } = verdict;
  const detail = [
    message,
    ...evidence.map((line) => `  ${line}`),
    ...(autopsy
      ? [
          `Failed at the hop "${autopsy.hop}": ${autopsy.cause}`,
          ...autopsy.evidence.map((line) => `  ${line}`),
        ]
      : []),
  ].join('\n');
  const bad =
    outcome === 'fail'
      ? element('failure', { message, type: autopsy?.hop ?? 'expectation' }, xml(detail))
      : outcome === 'broken'
        ? element('error', { message, type: 'broken' }, xml(detail))
        : '';
  return element(
    'testcase',
    { name: title, classname: `firedrill.${scenario.name}`, time: seconds(measuredMs) },
    properties(caseProperties(verdict, pace.name)) + bad,
  );
}

/** A drill that broke before the judgement must not look like a suite without errors. */
function problemCase({ problem, outcome, scenario, verdicts }: DrillRecord): string[] {
  if (!problem && (outcome === 'pass' || outcome === 'fail' || verdicts.length > 0)) return [];
  const lines = (problem?.problems ?? []).map(
    ({ where, message, hint }) => `${where}: ${message}${hint ? `\n  hint: ${hint}` : ''}`,
  );
  const phase = problem?.phase ? ` during ${problem.phase}` : '';
  const message = `${problem?.kind ?? outcome}${phase}: ${lines[0] ?? 'no details are known'}`;
  const error = element(
    'error',
    { message, type: problem?.kind ?? outcome },
    xml(lines.join('\n') || message),
  );
  return [
    element(
      'testcase',
      { name: 'the drill itself', classname: `firedrill.${scenario.name}`, time: '0.000' },
      error,
    ),
  ];
}
