import type { AlertLine, DrillLine } from '../../core/drill-line.ts';
import type { ExpectedPage } from '../../core/gate.ts';
import { closestName } from '../../core/similar-names.ts';

/** What an alert is known by apart from its name. */
export interface Known extends Pick<AlertLine, 'rule' | 'labels'> {
  readonly alert: string;
  readonly receiver?: DrillLine['noise'][number]['receiver'];
}

/**
 * Finds the new name of an alert that was lost. Either its rule has the new name, and no rule has the old one any more; or the
 * rule has kept its name, and its alerts get another one on the way, which no rule has.
 *
 * @param rules the names of all alerting rules of the configuration.
 * @param candidates alerts that are new: others than those of the baseline.
 */
export function newName<T extends Known>(
  lost: Known & Pick<ExpectedPage, 'receiver'>,
  candidates: readonly T[],
  rules: readonly string[],
): T | undefined {
  const has = (name: string) => rules.includes(name);
  const fit = candidates.filter(
    (one) => one.receiver === lost.receiver && has(one.alert) !== has(lost.alert) && isSimilar(one, lost),
  );
  const nearest = closestName(
    lost.alert,
    fit.map(({ alert }) => alert),
  );
  return fit.find(({ alert }) => alert === nearest) ?? fit[0];
}

function isSimilar(one: Known, lost: Known): boolean {
  const { rule, labels } = lost;
  if (rule && one.rule && rule.file === one.rule.file && rule.group === one.rule.group)
    return rule.index === one.rule.index || closestName(one.alert, [lost.alert]) !== undefined;
  const demanded = Object.entries(labels);
  return (
    closestName(one.alert, [lost.alert]) !== undefined ||
    (demanded.length > 0 && demanded.every(([label, value]) => one.labels[label] === value))
  );
}
