import type { DrillRecord, RuleHealthEvidence } from '../../core/record.ts';
import { type RulesByPart, rulesByPart } from '../rules.ts';
import { count } from '../text.ts';
import { html, type Markup, type MarkupPart, section, table } from './markup.ts';

/** The rules that fired or could have fired, and the others folded. */
export function rules(record: DrillRecord): Markup | undefined {
  const parts = rulesByPart(record);
  if (!parts) return undefined;
  const { fired, couldFire, rest } = parts;
  return section(
    'Rules',
    html`<p class="note">${summary(parts)}</p>`,
    fired.length > 0 && [html`<h3>Fired or pending</h3>`, each('Alerts that fired or were pending', fired)],
    couldFire.length > 0 && [
      html`<h3>Could have fired</h3>`,
      html`<p class="note">Expected, or their rules read the telemetry that proves the fault.</p>`,
      each('Alerts that could have fired', couldFire),
    ],
    rest.length > 0 &&
      html`<details class="more"><summary>${count(rest.length, 'other rule')}</summary>${byGroup(rest)}</details>`,
  );
}

const summary = ({ fired, couldFire, rest }: RulesByPart): string =>
  `${count(fired.length + couldFire.length + rest.length, 'rule')}: ${fired.length} fired or were pending, ${couldFire.length} others could have fired.`;

const head = ['Rule', 'File', 'Group', 'Evaluations', 'Failed'];

const each = (caption: string, some: readonly RuleHealthEvidence[]): MarkupPart =>
  table(
    caption,
    head,
    some.map(({ name, file, group, evaluations, failed }) => [
      any(name),
      any(file),
      any(group),
      String(evaluations),
      String(failed),
    ]),
  );

/** One row for each group. */
function byGroup(some: readonly RuleHealthEvidence[]): MarkupPart {
  const groups = Map.groupBy(some, ({ manager, file, group }) => JSON.stringify([manager, file, group]));
  const sum = (group: readonly RuleHealthEvidence[], key: 'evaluations' | 'failed') =>
    String(group.reduce((total, rule) => total + rule[key], 0));
  return table(
    'All other rules by group',
    ['Rules', ...head.slice(1)],
    [...groups.values()].map((group) => [
      any(group.map(({ name }) => name).join(', ')),
      any(group[0]?.file ?? ''),
      any(group[0]?.group ?? ''),
      sum(group, 'evaluations'),
      sum(group, 'failed'),
    ]),
  );
}

const any = (text: string): Markup => html`<span class="any">${text}</span>`;
