import type { AlertEvidence } from '../../core/record.ts';

/** Labels that a rule of Prometheus' sets and that its alert has no more, or otherwise, once relabelling is through with it. */
export function relabelled(
  { manager, rule }: AlertEvidence,
  sent: Readonly<Record<string, string>>,
): string[] {
  if (manager !== 'prometheus') return [];
  return Object.entries(rule?.labels ?? {})
    .filter(([label, value]) => !value.includes('{{') && value !== '' && sent[label] !== value)
    .map(([label, value]) => {
      const now = sent[label] === undefined ? 'has none' : `has ${label}=${JSON.stringify(sent[label])}`;
      return `the rule sets ${label}=${JSON.stringify(value)}, and the alert ${now}: alert_relabel_configs changed it`;
    });
}
