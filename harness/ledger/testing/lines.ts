import { judge } from '../../../assertions/judge.ts';
import { recordWith } from '../../../assertions/testing/record.ts';
import type { DrillLine } from '../../../core/drill-line.ts';
import type { DrillRecord } from '../../../core/record.ts';
import { drillLineOf } from '../line-of-record.ts';

/** The judged record of a drill in which every expectation holds, with these changes. */
export function judgedRecord(changes: Parameters<typeof recordWith>[0] = {}): DrillRecord {
  const record = recordWith({ version: 4, ...changes });
  return { ...record, ...judge(record) };
}

/** The line of a drill in which every expectation holds, with these changes. */
export const lineWith = (changes: Partial<DrillLine> = {}): DrillLine => ({
  ...drillLineOf(judgedRecord()),
  system: 'shop',
  ...changes,
});
