import type { AlertLine, DrillLine } from '../../core/drill-line.ts';
import type { ExpectedPage } from '../../core/gate.ts';
import { labelsKey } from '../../core/labels.ts';

/** An expected page in some drills of one scenario. */
export interface PageLines {
  readonly page: ExpectedPage;
  readonly labels: AlertLine['labels'];
  /** One for each drill, the oldest first. */
  readonly lines: readonly [AlertLine, ...AlertLine[]];
}

/** What tells apart the expected pages of one scenario. */
const keyOf = ({ alert, receiver, contactPoint, labels }: AlertLine): string =>
  JSON.stringify([alert, receiver, contactPoint, labelsKey(labels)]);

/** The expected pages of drills of one scenario, in the order of the expectations. */
export function expectedPages(scenario: string, drills: readonly DrillLine[]): PageLines[] {
  const byKey = new Map<string, [AlertLine, ...AlertLine[]]>();
  for (const line of drills.flatMap(({ alerts }) => alerts)) {
    const known = byKey.get(keyOf(line));
    if (known) known.push(line);
    else byKey.set(keyOf(line), [line]);
  }
  return [...byKey.values()].map((lines) => {
    const last = lines.at(-1) ?? lines[0];
    return { page: expectedPage(scenario, last), labels: last.labels, lines };
  });
}

export const expectedPage = (
  scenario: string,
  { alert, receiver, contactPoint, rule }: AlertLine,
): ExpectedPage => ({
  ...{ scenario, alert, receiver },
  ...(contactPoint === undefined ? {} : { contactPoint }),
  ...(rule ? { rule } : {}),
});

/** Expected pages of now and of the baseline that are the same, and those that only one side has. */
export interface Matched {
  readonly both: readonly (readonly [now: PageLines, before: PageLines])[];
  readonly added: readonly PageLines[];
  readonly lost: readonly PageLines[];
}

/**
 * Matches expected pages. A page whose expectation demands other labels or another contact point than before is the same if
 * its scenario expects no other page of this alert at this receiver.
 */
export function matched(now: readonly PageLines[], before: readonly PageLines[]): Matched {
  const exactly = (one: PageLines, others: readonly PageLines[]) =>
    others.find(({ lines }) => keyOf(lines[0]) === keyOf(one.lines[0]));
  const alike = (one: PageLines, others: readonly PageLines[]) =>
    others.filter(
      ({ page: { alert, receiver } }) => alert === one.page.alert && receiver === one.page.receiver,
    );
  const counterpart = (one: PageLines, own: readonly PageLines[], others: readonly PageLines[]) => {
    const same = exactly(one, others);
    if (same) return same;
    const [only, ...more] = alike(one, others);
    return more.length === 0 && alike(one, own).length === 1 ? only : undefined;
  };
  return {
    both: now.flatMap((one) => {
      const other = counterpart(one, now, before);
      return other ? [[one, other] as const] : [];
    }),
    added: now.filter((one) => !counterpart(one, now, before)),
    lost: before.filter((one) => !counterpart(one, before, now)),
  };
}
