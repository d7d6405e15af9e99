import type { ExpectedPage, GateFinding } from '../../core/gate.ts';
import { element, xml } from '../junit.ts';
import { findingHint, findingText, kindWords, pageText } from './sentence.ts';
import type { PlacedFinding, PlacedResult } from './told.ts';

/**
 * junit.xml of the gate: a case for each drill, which is an error unless the drill was judged; a case for each expected page,
 * and a case for each other finding.
 */
export function gateJunit(result: PlacedResult): string {
  const { set, drills, pages, findings } = result;
  const ofPages = pages.map((page) => ({
    page,
    own: findings.filter(({ finding }) => isOf(finding, page)),
  }));
  const others = findings.filter((one) => !ofPages.some(({ own }) => own.includes(one)));
  const unjudged = drills.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'fail');
  const cases = [
    ...drills.map((drill, i) =>
      testcase(
        drill.scenario,
        // The same in each gate: CI systems know a case by its name. The run's own name differs each time.
        `drill ${drills.slice(0, i + 1).filter(({ scenario }) => scenario === drill.scenario).length}`,
        unjudged.includes(drill)
          ? [problem('error', drill.outcome, `the drill ${drill.run} was not judged: ${drill.outcome}`)]
          : [],
        drill.tookMs,
      ),
    ),
    ...ofPages.map(({ page, own }) =>
      testcase(
        page.scenario,
        pageText(page),
        own.map((one) => failure(one, set)),
        page.mttdMs,
      ),
    ),
    ...others.map((one) =>
      testcase('scenario' in one.finding ? one.finding.scenario : set, kindWords[one.finding.kind], [
        failure(one, set),
      ]),
    ),
  ];
  const failures = ofPages.filter(({ own }) => own.length > 0).length + others.length;
  const counts = { tests: cases.length, failures, errors: unjudged.length, skipped: 0 };
  const name = `firedrill gate ${set}`;
  const suite = element(
    'testsuite',
    { name, ...counts, timestamp: new Date(result.at).toISOString().slice(0, 19) },
    cases.join(''),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name, ...counts }, suite)}\n`;
}

/** Whether a finding is about an expected page. Noise is not, whatever its alert is called. */
function isOf(finding: GateFinding, { scenario, alert, receiver, contactPoint }: ExpectedPage): boolean {
  if (finding.kind === 'new-noise') return false;
  const page = 'page' in finding ? finding.page : 'alert' in finding ? finding : undefined;
  return (
    page?.scenario === scenario &&
    page.alert === alert &&
    page.receiver === receiver &&
    page.contactPoint === contactPoint
  );
}

const failure = ({ finding, where }: PlacedFinding, set: string): string => {
  const text = findingText(finding);
  return problem('failure', finding.kind, text, `${text}\n${where}\n${findingHint(finding, set)}`);
};

const problem = (name: 'failure' | 'error', type: string, message: string, detail = message): string =>
  element(name, { message, type }, xml(detail));

const testcase = (scenario: string, name: string, problems: readonly string[], ms = 0): string =>
  element(
    'testcase',
    { name, classname: `firedrill.${scenario}`, time: (ms / 1000).toFixed(3) },
    problems.join(''),
  );
