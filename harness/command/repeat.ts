import { humanDuration } from '../../core/duration.ts';
import type { DrillRecord, Verdict } from '../../core/record.ts';

/** The spread of each MTTD over repeats, beside its floor. */
export function repeatText(records: readonly DrillRecord[]): string {
  const several = new Set(records.map(({ stack }) => stack.topology)).size > 1;
  const byCheck = new Map<string, Verdict[]>();
  for (const verdict of records.flatMap(({ scenario, stack, verdicts }) =>
    verdicts.map((v) => ({ ...v, id: `${scenario.name}${several ? ` on ${stack.topology}` : ''}: ${v.id}` })),
  )) {
    if (verdict.measuredMs !== undefined)
      byCheck.set(verdict.id, [...(byCheck.get(verdict.id) ?? []), verdict]);
  }
  const passed = records.filter(({ outcome }) => outcome === 'pass').length;
  const lines = [...byCheck].map(([id, verdicts]) => {
    const times = verdicts.map(({ measuredMs = 0 }) => measuredMs).sort((a, b) => a - b);
    const { floor } = verdicts[0] ?? {};
    const spread = [times[0], times[Math.floor(times.length / 2)], times.at(-1)]
      .map((t) => humanDuration(t ?? 0))
      .join(' / ');
    const beside = floor
      ? `   floor best / mean / worst ${[floor.best, floor.mean, floor.worst].map(humanDuration).join(' / ')}`
      : '';
    return `  ${id}: min / median / max ${spread} over ${times.length}${beside}`;
  });
  return `\n${passed} of ${records.length} drills held\n${lines.join('\n')}\n`;
}
