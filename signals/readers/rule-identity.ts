import { type Labels, labelsKey } from './series.ts';

/** As much of a rule as tells it from others of its name. */
export interface RuleLabels {
  readonly name: string;
  readonly labels: Labels;
}

const isTemplate = (value: string) => value.includes('{{');

/** The labels that are the same on every alert of the rule. */
const fixed = ({ labels }: RuleLabels) =>
  Object.entries(labels).filter(([, value]) => !isTemplate(value) && value !== '');

/** Whether an alert with these labels may be the rule's: its own labels stand on every alert of it. */
const mayOwn = (rule: RuleLabels, labels: Labels): boolean =>
  fixed(rule).every(([name, value]) => labels[name] === value);

/**
 * The rule that an expectation of these labels is about. Labels that a rule sets itself must not contradict
 * them; others come from its series, or from a template. Of several rules the one that sets most of them.
 *
 * @returns of rules that all contradict, the nearest; `undefined` without any of that name.
 */
export function chooseRule<R extends RuleLabels>(
  rules: readonly R[],
  alert: string,
  labels: Labels,
): R | undefined {
  const score = (rule: R) => {
    const own = fixed(rule);
    const against = own.filter(([name, value]) => name in labels && labels[name] !== value).length;
    const fits = own.filter(([name, value]) => labels[name] === value).length;
    return fits - 1_000 * against;
  };
  return rules.filter(({ name }) => name === alert).sort((a, b) => score(b) - score(a))[0];
}

/**
 * Whether an alert is that of the rule rather than of another of its name: none of them that may own it sets
 * more of its labels.
 *
 * @param rules every loaded rule, this one too.
 */
export function owns<R extends RuleLabels>(rule: R, rules: readonly R[], labels: Labels): boolean {
  if (!mayOwn(rule, labels)) return false;
  return rules.every(
    (other) =>
      other === rule ||
      other.name !== rule.name ||
      !mayOwn(other, labels) ||
      fixed(other).length <= fixed(rule).length,
  );
}

/** Whether another rule has its name and sets the same labels, so that these do not tell their alerts apart. */
export function isTied<R extends RuleLabels>(rule: R, rules: readonly R[]): boolean {
  const key = (one: R) => `${one.name} ${labelsKey(Object.fromEntries(fixed(one)))}`;
  return rules.some((other) => other !== rule && key(other) === key(rule));
}
