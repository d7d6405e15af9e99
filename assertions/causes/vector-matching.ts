import { type Labels, labelsKey, labelsText } from '../../core/labels.ts';
import { type Sides, sidesOf } from '../../core/promql/sides-of.ts';
import type { AlertEvidence } from '../../core/record.ts';

const setOperators = new Set(['or', 'unless']);

/** Returns the labels by which an operation matches series, as one text. */
function signature(labels: Labels, { kind, labels: named }: Sides['matching']): string {
  const counted = Object.entries(labels).filter(
    ([label, value]) => value !== '' && label !== '__name__' && named.includes(label) === (kind === 'on'),
  );
  return labelsKey(Object.fromEntries(counted));
}

/**
 * Describes an operation whose sides both have series, of which none match by their labels. `undefined` when some match,
 * when a side is empty, or when the operation needs no matches (`or`, `unless`).
 */
export function unmatched(query: string, sides: AlertEvidence['sides']): string[] | undefined {
  const [left, right] = sides;
  const operation = sidesOf(query);
  if (!operation || !left?.labels.length || !right?.labels.length) return undefined;
  if (setOperators.has(operation.operator)) return undefined;
  const { matching } = operation;
  const onRight = new Set(right.labels.map((labels) => signature(labels, matching)));
  if (left.labels.some((labels) => onRight.has(signature(labels, matching)))) return undefined;
  const clause =
    matching.kind === 'on' || matching.labels.length > 0
      ? `${matching.kind}(${matching.labels.join(', ')})`
      : 'all labels';
  return [
    ...[left, right].map(
      ({ text, labels }) =>
        `${text}: ${labels
          .slice(0, 3)
          .map((set) => `{${labelsText(set)}}`)
          .join(', ')}${labels.length > 3 ? ', …' : ''}`,
    ),
    `${operation.operator} pairs them by ${clause}`,
  ];
}
