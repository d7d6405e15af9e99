import type { Problem } from '../core/errors.ts';
import { xml } from './junit.ts';

/**
 * A finding in the user's files. `where` begins with the file and, if it is known, the line. The kind `replaced` is no fault:
 * a drill uses something else there.
 */
export interface LintFinding extends Problem {
  readonly kind: string;
  /** Of SARIF. Default: what a drill would refuse is an error, what it replaces a note, the rest a warning. */
  readonly level?: 'error';
}

const levels: Readonly<Record<string, string>> = { refused: 'error', replaced: 'note' };

/** Whether a finding is a fault. */
export const isFault = ({ kind }: LintFinding): boolean => kind !== 'replaced';

const placeOf = (where: string): { readonly file: string; readonly line?: number } => {
  const [, file = where, line] = /^(.*?)(?::(\d+))?(?:: .*)?$/s.exec(where) ?? [];
  return { file, ...(line === undefined ? {} : { line: Number(line) }) };
};

const sentence = ({ message, hint }: Problem): string =>
  hint === undefined ? message : `${message}: ${hint}`;

/** SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function renderSarif(found: readonly LintFinding[], version: string): string {
  const results = found.map((one) => {
    const { file, line } = placeOf(one.where);
    return {
      ruleId: one.kind,
      level: one.level ?? levels[one.kind] ?? 'warning',
      message: { text: sentence(one) },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: encodeURI(file) },
            ...(line === undefined ? {} : { region: { startLine: line } }),
          },
        },
      ],
    };
  });
  const rules = [...new Set(found.map(({ kind }) => kind))].map((id) => ({ id }));
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'firedrill', version, rules } }, results }],
    },
    undefined,
    2,
  )}\n`;
}

/** junit.xml with a failed case for each fault, or one case that passed. */
export function renderLintJunit(all: readonly LintFinding[]): string {
  const found = all.filter(isFault);
  const counts = `tests="${Math.max(found.length, 1)}" failures="${found.length}" errors="0"`;
  const cases = found.map(
    (one) =>
      `<testcase classname="${xml(one.kind)}" name="${xml(one.where)}"><failure message="${xml(one.message)}">${xml(sentence(one))}</failure></testcase>`,
  );
  const body = cases.length > 0 ? cases.join('') : '<testcase classname="lint" name="nothing was found"/>';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="firedrill lint" ${counts}><testsuite name="firedrill lint" ${counts}>${body}</testsuite></testsuites>\n`;
}
