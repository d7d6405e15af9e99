import { z } from 'zod';
import type { Problem } from '../../core/errors.ts';
import type { Faulty } from '../../core/input-problems.ts';
import type { Path } from '../../core/path.ts';
import type { Place } from '../files/place.ts';
import { maps, type Yaml } from '../files/yaml.ts';
import { templateProblems } from './go-template.ts';
import { flat, formProblems, isExplained, listOf, mapOf, needed, repeatedNames } from './strict-form.ts';

/*
 * The form of Prometheus' rule files: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 * promtool checks more, but stops at a file's first kind of fault and does not suggest the key that was meant.
 */

const ruleFile = z.strictObject({
  groups: listOf(
    z.strictObject({
      name: needed,
      interval: flat,
      query_offset: flat,
      limit: flat,
      labels: mapOf(flat),
      rules: listOf(
        z.strictObject({
          record: flat,
          alert: flat,
          expr: needed,
          for: flat,
          keep_firing_for: flat,
          labels: mapOf(flat),
          annotations: mapOf(flat),
        }),
      ),
    }),
  ),
});

/** Returns every fault in a rule file's form. Expressions and durations are checked when they are paced. */
export function checkRuleFile(file: Place, config: Yaml): Problem[] {
  const { problems, faulty } = formProblems(ruleFile, config, file);
  const groups = maps(config.groups);
  return [
    ...problems,
    ...groups.flatMap((group, i) =>
      maps(group.rules).flatMap((rule, n) => checkRule(file, ['groups', i, 'rules', n], rule, faulty)),
    ),
    ...repeatedNames(file.to('groups'), groups, 'the group'),
  ];
}

function checkRule(file: Place, at: Path, rule: Yaml, faulty: readonly Faulty[]): Problem[] {
  const place = file.to(...at);
  const { alert, record } = rule;
  const kinds = [alert, record].filter((name) => (name ?? '') !== '').length;
  const problems: Problem[] = [];
  if (kinds === 0 && !isExplained(faulty, at))
    problems.push(place.problem('is neither an alert nor a recording rule', 'name it: alert: or record:'));
  if (kinds === 2)
    problems.push(place.problem('is an alert and a recording rule at once', 'make two rules of it'));
  if (kinds === 1 && record !== undefined) {
    const unfit = ['for', 'keep_firing_for', 'annotations'].filter((key) => (rule[key] ?? '') !== '');
    problems.push(
      ...unfit.map((key) =>
        place.to(key).problem('is for alerts, and this is a recording rule', 'leave it out'),
      ),
    );
  }
  if (record === undefined) problems.push(...templateProblems(place, rule));
  return problems;
}
