import { expect } from 'chai';
import type { HopName } from '../../core/hops.ts';
import type { DrillRecord, Verdict } from '../../core/record.ts';
import { all, parseXml } from '../../reports/testing/xml.ts';
import type { Ended } from './cli.ts';

/** The one drill of a command: told, kept, and nothing left of it. */
function onlyDrill({ printed, kept, left }: Ended): DrillRecord {
  expect(left, 'left behind').to.deep.equal([]);
  expect(printed, 'records on standard output').to.have.length(1);
  const [record] = printed;
  if (!record || !kept) throw new Error('no record');
  expect(kept.record, 'the record kept').to.deep.equal(record);
  expectCounted(kept.junit, record);
  return record;
}

/** junit.xml counts what failed and what could not be judged, and shows it. */
function expectCounted(junit: string, { verdicts, problem }: DrillRecord): void {
  const of = (outcome: Verdict['outcome']) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  // What broke the drill is a case of its own.
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

/** A drill that was judged, and in which exactly these checks failed; returns their verdicts. */
export function expectFailed(ended: Ended, ...checks: readonly string[]): Map<string, Verdict> {
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

/** The same, where the first of them died at this hop of this cause; returns the evidence, line by line. */
export function expectDied(ended: Ended, checks: readonly string[], hop: HopName, cause: string): string {
  const [first] = expectFailed(ended, ...checks).values();
  const { autopsy } = first ?? {};
  expect(autopsy).to.include({ hop, cause });
  return (autopsy?.evidence ?? []).join('\n');
}

/** A drill that could not be judged; returns what it says of why. */
export function expectUnjudged(
  ended: Ended,
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

/** A command that was refused before there was a drill, with one line for each fault and what to do about it. */
export function expectRefused(ended: Ended, exitCode: 2 | 3, ...lines: (string | RegExp)[]): void {
  expectNoStack(ended);
  expect(ended.left, 'left behind').to.deep.equal([]);
  expect(ended.printed, 'records on standard output').to.deep.equal([]);
  expect(ended.kept, 'a record').to.equal(undefined);
  const said = ended.stderr.trimEnd().split('\n');
  expect(said, ended.stderr).to.have.length(lines.length);
  for (const [i, line] of lines.entries()) {
    if (typeof line === 'string') expect(said[i]).to.equal(line.replaceAll('{dir}', ended.dir));
    else expect(said[i]).to.match(line);
  }
  expect(ended.exitCode).to.equal(exitCode);
}

/** A person is told what happened, not where in our code. */
const expectNoStack = ({ stdout, stderr }: Ended) =>
  expect(stdout + stderr).not.to.match(/^\s*at (async )?(\S+ \()?(file:|node:|\/)/m);
