import { renderSarif } from '../lint.ts';
import { findingHint, findingText } from './sentence.ts';
import type { PlacedResult } from './told.ts';

/** The findings as SARIF, each an error at its place in the user's files. */
export const gateSarif = ({ set, findings }: PlacedResult, version: string): string =>
  renderSarif(
    findings.map(({ finding, where }) => ({
      ...{ kind: finding.kind, where, message: findingText(finding), hint: findingHint(finding, set) },
      level: 'error',
    })),
    version,
  );
