import type { NotifiedAlert } from './observer.ts';

type Alert = Pick<NotifiedAlert, 'status' | 'labels' | 'annotations'>;

/**
 * Which alerts of a notification its message shows, given the words that a person sees.
 *
 * - An alert is shown by its name, or by a text of its annotations that no alert of another name has. A number of
 *   alerts alone, as in `[FIRING:2]`, shows none.
 * - Of several alerts of one name, all are shown by the name alone; but where the message tells them apart by a label,
 *   only those whose value is there.
 * - Where nothing of the group fires any more, the message as a whole says so of each.
 */
export function shownAlerts(alerts: readonly Alert[], text: string): boolean[] {
  const words = plain(text);
  const named = namesIn(alerts.map(nameOf), words);
  const allResolved = alerts.every(({ status }) => status === 'resolved') && words.trim() !== '';
  const told = alerts.map((alert) => named.has(nameOf(alert)) || isDescribed(alert, alerts, words));
  const apart = alerts.map((alert) => isToldApart(alert, alerts, words));
  return alerts.map((alert, i) => {
    if (allResolved) return true;
    if (!told[i]) return false;
    const peersApart = alerts.some((peer, n) => isPeer(alert, peer) && apart[n]);
    return !peersApart || apart[i] === true;
  });
}

/** How much of a notification is in a text, from 0 to 1: its alerts' names and values. */
export function likeness(alerts: readonly Alert[], text: string): number {
  const words = plain(text);
  const named = namesIn(alerts.map(nameOf), words);
  const names = new Set(alerts.map(nameOf));
  const values = new Set(
    alerts.flatMap(({ labels }) =>
      Object.entries(labels)
        .filter(([name]) => name !== 'alertname')
        .map(([, v]) => v),
    ),
  );
  const texts = new Set(alerts.flatMap(({ annotations }) => Object.values(annotations).filter(isText)));
  const share = (all: ReadonlySet<string>, found: number) => (all.size === 0 ? 0 : found / all.size);
  const count = (all: ReadonlySet<string>) => [...all].filter((one) => contains(words, one)).length;
  return (2 * share(names, named.size) + share(values, count(values)) + share(texts, count(texts))) / 4;
}

const nameOf = ({ labels }: Alert): string => labels.alertname ?? '';

const isPeer = (a: Alert, b: Alert) => nameOf(a) === nameOf(b) && a.status === b.status;

/** Addresses and single words say little. */
const isText = (value: string) => value.trim().includes(' ') && !/^https?:\/\//.test(value);

const isDescribed = (alert: Alert, all: readonly Alert[], words: string): boolean => {
  const others = all.filter((other) => nameOf(other) !== nameOf(alert));
  return Object.values(alert.annotations).some(
    (value) =>
      isText(value) &&
      contains(words, value) &&
      !others.some(({ annotations }) => Object.values(annotations).includes(value)),
  );
};

/** Whether a value is shown that another alert of the same name does not have. */
const isToldApart = (alert: Alert, all: readonly Alert[], words: string): boolean => {
  const peers = all.filter((peer) => peer !== alert && isPeer(alert, peer));
  return Object.entries(alert.labels).some(
    ([name, value]) => peers.some(({ labels }) => labels[name] !== value) && contains(words, value),
  );
};

/** Longer names first: one may be a part of another. */
function namesIn(names: readonly string[], words: string): Set<string> {
  const found = new Set<string>();
  let rest = words;
  for (const name of [...new Set(names)].sort((a, b) => b.length - a.length)) {
    const pattern = patternOf(name);
    if (!pattern?.test(rest)) continue;
    found.add(name);
    rest = rest.replace(new RegExp(pattern, 'giu'), ' ');
  }
  return found;
}

const contains = (words: string, value: string): boolean => patternOf(value)?.test(words) ?? false;

/**
 * A value as a whole, in whatever case, and a name of several words whether or not a template has put spaces between
 * them.
 */
function patternOf(value: string): RegExp | undefined {
  const parts = plain(value)
    .split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|[\s_-]+/u)
    .filter(Boolean)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (parts.length === 0) return undefined;
  return new RegExp(`(?<![\\p{L}\\p{N}_])${parts.join('[\\s_-]*')}(?![\\p{L}\\p{N}_])`, 'iu');
}

/** Without the signs that only make words bold or slanted. */
const plain = (text: string): string =>
  text.replace(/[*~`]+/g, ' ').replace(/(^|\s)_([^_\n]+)_(?=$|[\s.,:;])/g, '$1$2');
