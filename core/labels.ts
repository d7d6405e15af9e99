export type Labels = Readonly<Record<string, string>>;

/** Whether the labels include all of `wanted`. */
export const hasLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** Whether all labels that occur in both sets are equal, e.g. of a message that shows only some of the labels. */
export const labelsAgree = (a: Labels, b: Labels): boolean =>
  Object.entries(a).every(([name, value]) => b[name] === undefined || b[name] === value);

/** The labels without some names. */
export const without = (labels: Labels, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));

/** A key that does not depend on the order of labels. */
export const labelsKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The labels as in a selector, without its braces: `job="web", severity="page"`. */
export const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ');

/** The labels of a rule that are no templates: every alert of the rule has them, unless it is relabelled. */
export const withoutTemplates = (labels: Labels): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => !value.includes('{{')));
