import { findingText } from './sentence.ts';
import type { PlacedResult } from './told.ts';

/** Version of the document. It is raised when a reader of the old version would misread the new one. */
const version = 1;

/** The result on one line. Each finding has its sentence as `message`, and its place as `where`. */
export const gateJson = ({ findings, ...result }: PlacedResult): string =>
  `${JSON.stringify({
    version,
    ...result,
    findings: findings.map(({ finding, where }) => ({ ...finding, where, message: findingText(finding) })),
  })}\n`;
