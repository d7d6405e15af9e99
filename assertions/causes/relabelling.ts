import { labelsText } from '../../core/labels.ts';
import type { AlertEvidence } from '../../core/record.ts';

/**
 * Returns a line for each label of a Prometheus rule that is not with the alert as the rule writes it: relabelling removed
 * or changed it on the way to Alertmanager, or a template made it.
 */
export function relabelled(
  { manager, rule }: AlertEvidence,
  sent: Readonly<Record<string, string>>,
): string[] {
  if (manager !== 'prometheus') return [];
  return Object.entries(rule?.labels ?? {})
    .filter(([label, value]) => value !== '' && sent[label] !== value)
    .map(([label, value]) => {
      const now = sent[label];
      const has = now === undefined || now === '' ? 'none' : labelsText({ [label]: now });
      return value.includes('{{')
        ? `the rule makes the label ${label} by the template ${value}, and the alert has ${has}`
        : `the rule sets ${labelsText({ [label]: value })}, and the alert has ${has}: alert_relabel_configs changed it`;
    });
}
