import { renderJunit, xml } from '../../reports/junit.ts';
import { isTold, type Outcome, wordOf } from './outcomes.ts';

const figures = ['tests', 'failures', 'errors', 'skipped', 'time'] as const;
type Counts = Record<(typeof figures)[number], number>;

const countsBy = (of: (figure: (typeof figures)[number]) => number): Counts => ({
  tests: of('tests'),
  failures: of('failures'),
  errors: of('errors'),
  skipped: of('skipped'),
  time: of('time'),
});

interface Suites {
  readonly counts: Counts;
  readonly text: string;
}

/**
 * junit.xml of a night: the suites of all its drills, and one of the commands whose outcome no record tells: `npm test`,
 * and what ended before it could write one.
 */
export function nightJunit(outcomes: readonly Outcome[]): string {
  const suites = [
    ...outcomes.flatMap(({ records }) => records).map((record) => suitesOf(renderJunit(record))),
    commandSuite(outcomes.filter((outcome) => outcome.records.length === 0 || !isTold(outcome))),
  ];
  const sums = countsBy((figure) => suites.reduce((sum, { counts }) => sum + counts[figure], 0));
  const text = suites.map((one) => one.text).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="firedrill"${attributesOf(sums)}>${text}</testsuites>\n`;
}

/**
 * What is within the outermost element of one drill's file, and that element's figures. In there `<` and `>` of foreign
 * text are escaped, so the tags found are tags.
 */
function suitesOf(document: string): Suites {
  const [, attributes = '', text] = /<testsuites([^>]*)>([\s\S]*)<\/testsuites>/.exec(document) ?? [];
  if (text === undefined) throw new Error('a drill without testsuites');
  const counts = countsBy((name) => Number(new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? NaN));
  return { counts, text };
}

function commandSuite(outcomes: readonly Outcome[]): Suites {
  const words = outcomes.map(({ exitCode }) => wordOf(exitCode));
  const failures = words.filter((word) => word === 'failed').length;
  const counts: Counts = {
    tests: outcomes.length,
    failures,
    errors: words.filter((word) => word !== 'held').length - failures,
    skipped: 0,
    time: outcomes.reduce((sum, { tookMs }) => sum + tookMs / 1000, 0),
  };
  const cases = outcomes.map((outcome) => {
    const { name, tookMs, exitCode, held, log, tail } = outcome;
    const word = wordOf(exitCode);
    const message = xml(`ended with exit code ${exitCode} (${held}); see ${log}`);
    const tag = word === 'failed' ? 'failure' : 'error';
    const bad =
      word === 'held' ? '' : `<${tag} message="${message}" type="${word}">${xml(tail.join('\n'))}</${tag}>`;
    const time = (tookMs / 1000).toFixed(3);
    return `<testcase name="${xml(name)}" classname="firedrill.nightly" time="${time}">${bad}</testcase>\n`;
  });
  if (cases.length === 0) return { counts, text: '' };
  return {
    counts,
    text: `<testsuite name="firedrill nightly"${attributesOf(counts)}>${cases.join('')}</testsuite>\n`,
  };
}

const attributesOf = (counts: Counts): string =>
  figures.map((name) => ` ${name}="${name === 'time' ? counts[name].toFixed(3) : counts[name]}"`).join('');
