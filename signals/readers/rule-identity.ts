import { type Labels, labelsKey } from '../../core/labels.ts';

/** The properties of a rule that distinguish it from others of its name. */
export interface RuleLabels {
  readonly name: string;
  readonly labels: Labels;
}

const isTemplate = (value: string) => value.includes('{{');

/** The rule's labels without templates, which every alert of the rule has. */
const fixed = ({ labels }: RuleLabels) =>
  Object.entries(labels).filter(([, value]) => !isTemplate(value) && value !== '');

/** Whether an alert with these labels may belong to the rule: it has the rule's fixed labels. */
const mayOwn = (rule: RuleLabels, labels: Labels): boolean =>
  fixed(rule).every(([name, value]) => labels[name] === value);

/**
 * The rule that an expectation with these labels is about. Labels that the rule sets must not contradict them; others
 * may come from its series or from templates. Of several rules it is the one that sets most of them.
 *
 * @returns the closest rule if all contradict; `undefined` if no rule has the name.
 */
export function chooseRule<R extends RuleLabels>(
  rules: readonly R[],
  alert: string,
  labels: Labels,
): R | undefined {
  const score = (rule: R) => {
    const own = fixed(rule);
    const contradictions = own.filter(([name, value]) => name in labels && labels[name] !== value).length;
    const matches = own.filter(([name, value]) => labels[name] === value).length;
    return matches - 1_000 * contradictions;
  };
  return rules.filter(({ name }) => name === alert).sort((a, b) => score(b) - score(a))[0];
}

/**
 * Whether an alert belongs to this rule rather than to another of its name: no other rule that may own it sets more of
 * its labels.
 *
 * @param rules every loaded rule, including this one.
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

/** Whether another rule has the same name and fixed labels, so that their alerts cannot be distinguished by labels. */
export function isTied<R extends RuleLabels>(rule: R, rules: readonly R[]): boolean {
  const key = (one: R) => `${one.name} ${labelsKey(Object.fromEntries(fixed(one)))}`;
  return rules.some((other) => other !== rule && key(other) === key(rule));
}
