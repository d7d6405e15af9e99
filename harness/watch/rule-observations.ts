import type { AlwaysFiring, RuleHealthEvidence, Rules } from '../../core/record.ts';
import type { ConstantRule } from './always-firing.ts';
import type { EvaluatedRule } from './loaded-rules.ts';

interface RuleObservation {
  rule: EvaluatedRule;
  readonly evaluations: Set<number>;
  readonly failures: Map<number, string>;
}

/** Collects the evaluations of every rule, and when the rules that must fire all the time fired. */
export class RuleObservations {
  readonly #from: number;
  #to: number;
  readonly #alwaysFiring: readonly ConstantRule[];
  readonly #rules = new Map<string, RuleObservation>();
  readonly #firing = new Map<ConstantRule, { from: number; to: number }[]>();
  /** The rules that were firing at the previous look. */
  #firingBefore = new Set<ConstantRule>();

  /** @param from earlier evaluations are ignored, because the stack was starting. Epoch milliseconds. */
  constructor(from: number, alwaysFiring: readonly ConstantRule[]) {
    this.#from = from;
    this.#to = from;
    this.#alwaysFiring = alwaysFiring;
  }

  /** Adds the current state of the rules. `now` in epoch milliseconds. */
  look(rules: readonly EvaluatedRule[], now: number): void {
    this.#to = now;
    for (const rule of rules) this.#evaluation(rule);
    const firing = new Set(this.#alwaysFiring.filter((one) => rules.some((rule) => isOf(rule, one))));
    for (const one of firing) {
      const stretches = this.#firing.get(one) ?? [];
      const last = stretches.at(-1);
      if (last && this.#firingBefore.has(one)) last.to = now;
      else stretches.push({ from: now, to: now });
      this.#firing.set(one, stretches);
    }
    this.#firingBefore = firing;
  }

  #evaluation(rule: EvaluatedRule): void {
    const { key, lastEvaluationAt: at, failed, lastError } = rule;
    const seen = this.#rules.get(key) ?? { rule, evaluations: new Set(), failures: new Map() };
    seen.rule = rule;
    this.#rules.set(key, seen);
    if (at === undefined || at < this.#from) return;
    seen.evaluations.add(at);
    if (failed) seen.failures.set(at, lastError);
  }

  result(): Pick<Rules, 'from' | 'to' | 'health' | 'alwaysFiring'> {
    return {
      from: this.#from,
      to: this.#to,
      health: [...this.#rules.values()].map(healthOf),
      alwaysFiring: this.#alwaysFiring.map((one): AlwaysFiring => {
        const { routeOwner: _, ...kept } = one;
        return { ...kept, firing: (this.#firing.get(one) ?? []).map((stretch) => ({ ...stretch })) };
      }),
    };
  }
}

const isOf = (rule: EvaluatedRule, { manager, name, file, group }: ConstantRule): boolean =>
  rule.isFiring &&
  rule.manager === manager &&
  rule.name === name &&
  rule.file === file &&
  rule.group === group;

function healthOf({ rule, evaluations, failures }: RuleObservation): RuleHealthEvidence {
  const { manager, kind, name, file, group, query, failed } = rule;
  const [first] = failures.keys();
  return {
    ...{ manager, kind, name, file, group, query },
    evaluations: evaluations.size,
    failed: failures.size,
    ...(first === undefined ? {} : { firstFailedAt: first }),
    failing: failed && failures.size > 0,
    lastError: [...failures.values()].at(-1) ?? '',
  };
}
