import { expect } from 'chai';
import type { HopName } from '../../core/hops.ts';
import type { DrillRecord, Verdict } from '../../core/record.ts';
import { all, parseXml } from '../../reports/testing/xml.ts';
import type { CliResult } from './cli.ts';

/** Returns the record of a command's only drill, which must be printed and stored, with nothing left behind. */
function onlyDrill({ printed, kept, left }: CliResult): DrillRecord {
  expect(left, 'left behind').to.deep.equal([]);
  expect(printed, 'records on standard output').to.have.length(1);
  const [record] = printed;
  if (!record || !kept) throw new Error('no record');
  expect(kept.record, 'the record kept').to.deep.equal(record);
  expectJunitCounts(kept.junit, record);
  return record;
}

/** Expects junit.xml to show and count the failed and the broken checks. */
function expectJunitCounts(junit: string, { verdicts, problem }: DrillRecord): void {
  const of = (outcome: Verdict['outcome']) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  // A problem of the drill is a test case of its own.
  const own = problem ? 1 : 0;
  const [failures, errors] = [of('fail'), of('broken') + own];
  const suites = parseXml(junit);
  for (const { attributes } of [suites, ...suites.children]) {
    const { tests, failures: failed, errors: broken } = attributes;
    expect([tests, failed, broken].map(Number), 'tests, failures and errors of junit.xml').to.deep.equal([
      verdicts.length + own,
      failures,
      errors,
    ]);
  }
  expect(all(suites, 'failure'), 'failures in junit.xml').to.have.length(failures);
  expect(all(suites, 'error'), 'errors in junit.xml').to.have.length(errors);
}

/** Expects a judged drill in which exactly these checks failed. Returns their verdicts. */
export function expectFailed(ended: CliResult, ...checks: readonly string[]): Map<string, Verdict> {
  const record = onlyDrill(ended);
  expect(record.problem).to.equal(undefined);
  const failed = new Map(
    record.verdicts.filter(({ outcome }) => outcome === 'fail').map((verdict) => [verdict.id, verdict]),
  );
  expect([...failed.keys()], 'checks that failed').to.deep.equal(checks);
  expect(record.outcome).to.equal('fail');
  expect(ended.exitCode).to.equal(1);
  return failed;
}

/** Like `expectFailed`; the first check must have this hop and cause. Returns the lines of its evidence. */
export function expectCause(
  ended: CliResult,
  checks: readonly string[],
  hop: HopName,
  cause: string,
): string {
  const [first] = expectFailed(ended, ...checks).values();
  const { autopsy } = first ?? {};
  expect(autopsy).to.include({ hop, cause });
  return (autopsy?.evidence ?? []).join('\n');
}

/** Expects a drill that could not be judged. Returns its problems as text. */
export function expectUnjudged(
  ended: CliResult,
  outcome: 'broken' | 'bad-input',
  phase: DrillRecord['phases'][number]['name'],
): string {
  const record = onlyDrill(ended);
  expectNoStack(ended);
  expect(record.verdicts.map((verdict) => verdict.outcome)).to.deep.equal(
    record.verdicts.map(() => 'broken'),
  );
  expect(record.outcome).to.equal(outcome);
  expect(record.problem).to.include({ kind: outcome, phase });
  expect(ended.exitCode).to.equal(outcome === 'broken' ? 3 : 2);
  return (record.problem?.problems ?? [])
    .map(({ where, message, hint }) => [where, message, hint].join('\n'))
    .join('\n');
}

/** Expects a command that was refused before a drill started, without a record. Returns its output. */
export function expectRefusal(ended: CliResult, exitCode: 2 | 3): string {
  expectNoStack(ended);
  expect(ended.left, 'left behind').to.deep.equal([]);
  expect(ended.printed, 'records on standard output').to.deep.equal([]);
  expect(ended.kept, 'a record').to.equal(undefined);
  expect(ended.exitCode).to.equal(exitCode);
  return ended.stderr.trimEnd().replaceAll(ended.dir, '{dir}');
}

/** Like `expectRefusal`, with exactly these lines of output. */
export function expectRefused(ended: CliResult, exitCode: 2 | 3, ...lines: (string | RegExp)[]): void {
  const said = expectRefusal(ended, exitCode).split('\n');
  expect(said, ended.stderr).to.have.length(lines.length);
  for (const [i, line] of lines.entries()) {
    if (typeof line === 'string') expect(said[i]).to.equal(line);
    else expect(said[i]).to.match(line);
  }
}

/** Users must not see stack traces. */
const expectNoStack = ({ stdout, stderr }: CliResult) =>
  expect(stdout + stderr).not.to.match(/^\s*at (async )?(\S+ \()?(file:|node:|\/)/m);
