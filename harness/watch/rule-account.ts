import type { AlwaysFiring, RuleHealthEvidence, Rules } from '../../core/record.ts';
import type { Constant } from './always-firing.ts';
import type { LoadedRule } from './loaded-rules.ts';

interface Seen {
  readonly rule: LoadedRule;
  readonly evaluations: Set<number>;
  readonly failures: Map<number, string>;
}

/** Keeps what the looks at the rules show: how their evaluations went, and when those that are to fire always did. */
export class RuleAccount {
  readonly #from: number;
  #to: number;
  readonly #alwaysFiring: readonly Constant[];
  readonly #rules = new Map<string, Seen>();
  readonly #firing = new Map<Constant, { from: number; to: number }[]>();
  /** Those that the look before saw firing. */
  #before = new Set<Constant>();

  /** @param from evaluations before are none of its business: the stack was starting. Epoch milliseconds. */
  constructor(from: number, alwaysFiring: readonly Constant[]) {
    this.#from = from;
    this.#to = from;
    this.#alwaysFiring = alwaysFiring;
  }

  look(rules: readonly LoadedRule[], now: number): void {
    this.#to = now;
    for (const rule of rules) this.#evaluation(rule);
    const firing = new Set(this.#alwaysFiring.filter((one) => rules.some((rule) => isOf(rule, one))));
    for (const one of firing) {
      const stretches = this.#firing.get(one) ?? [];
      const last = stretches.at(-1);
      if (last && this.#before.has(one)) last.to = now;
      else stretches.push({ from: now, to: now });
      this.#firing.set(one, stretches);
    }
    this.#before = firing;
  }

  #evaluation(rule: LoadedRule): void {
    const { key, lastEvaluationAt: at, failed, lastError } = rule;
    const known = this.#rules.get(key);
    const seen: Seen = { evaluations: new Set(), failures: new Map(), ...known, rule };
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
        const { routeOf: _, ...kept } = one;
        return { ...kept, firing: (this.#firing.get(one) ?? []).map((stretch) => ({ ...stretch })) };
      }),
    };
  }
}

const isOf = (rule: LoadedRule, { manager, name, file, group }: Constant): boolean =>
  rule.isFiring &&
  rule.manager === manager &&
  rule.name === name &&
  rule.file === file &&
  rule.group === group;

function healthOf({ rule, evaluations, failures }: Seen): RuleHealthEvidence {
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
