import type { AlertEvidence } from '../../core/record.ts';
import { labelsText } from '../labels-text.ts';

/** Returns a line for each label of a Prometheus rule that relabelling removed or changed on the way to Alertmanager. */
export function relabelled(
  { manager, rule }: AlertEvidence,
  sent: Readonly<Record<string, string>>,
): string[] {
  if (manager !== 'prometheus') return [];
  return Object.entries(rule?.labels ?? {})
    .filter(([label, value]) => !value.includes('{{') && value !== '' && sent[label] !== value)
    .map(([label, value]) => {
      const now = sent[label];
      const has = now === undefined ? 'none' : labelsText({ [label]: now });
      return `the rule sets ${labelsText({ [label]: value })}, and the alert has ${has}: alert_relabel_configs changed it`;
    });
}
