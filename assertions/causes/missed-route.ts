import { labelsText } from '../../core/labels.ts';
import type { MissedRoute } from '../../core/record.ts';

/** Says why an alert with these labels does not take a route. */
export function missedRouteText(
  { receiver, path, unmet, takenBy }: MissedRoute,
  labels: Readonly<Record<string, string>>,
): string {
  const demands = unmet.map((matcher) => {
    const now = labels[matcher.label] ?? '';
    const has = now === '' ? `no ${matcher.label}` : labelsText({ [matcher.label]: now });
    const { label, operator, value } = matcher;
    return `it demands ${label}${operator}${JSON.stringify(value)}, and the alert has ${has}${hintOf(matcher, now)}`;
  });
  const why = demands.length > 0 ? demands.join('; ') : `the alert takes ${takenBy} instead`;
  return `not taken: ${path.join(' → ')} → ${receiver}: ${why}`;
}

/** Says how a matcher is only just not satisfied. */
function hintOf({ operator, value }: MissedRoute['unmet'][number], now: string): string {
  if (now === '') return '';
  if (operator === '=' && value.toLowerCase() === now.toLowerCase()) return ', in another case';
  const isInside = operator === '=~' && value.split('|').some((part) => part !== '' && now.includes(part));
  return isInside ? ': a regular expression must match the whole value' : '';
}
