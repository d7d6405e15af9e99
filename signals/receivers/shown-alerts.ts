import type { NotifiedAlert } from './observer.ts';

type Alert = Pick<NotifiedAlert, 'status' | 'labels' | 'annotations'>;

/**
 * Which alerts of a notification are shown in its message, given the message's visible text.
 *
 * - An alert is shown by its name, or by an annotation text that no alert of another name has. A number of alerts, as
 *   in `[FIRING:2]`, shows none.
 * - The name alone shows all alerts of that name. If the message distinguishes them by a label, only those whose value
 *   it contains are shown.
 * - If every alert of the group has resolved, a message shows all of them if it has a name, an annotation text or a label
 *   value of one of them, such as the team by which they are grouped. A severity is not enough: every team has it.
 */
export function shownAlerts(alerts: readonly Alert[], text: string): boolean[] {
  const words = withoutMarkup(text);
  const named = namesIn(alerts.map(nameOf), words);
  const allResolved =
    alerts.every(({ status }) => status === 'resolved') && alerts.some((alert) => isMentioned(alert, words));
  const shown = alerts.map((alert) => named.has(nameOf(alert)) || isDescribed(alert, alerts, words));
  const distinguished = alerts.map((alert) => isDistinguished(alert, alerts, words));
  return alerts.map((alert, i) => {
    if (allResolved) return true;
    if (!shown[i]) return false;
    const peersApart = alerts.some((peer, n) => isPeer(alert, peer) && distinguished[n]);
    return !peersApart || distinguished[i] === true;
  });
}

/** The share of a notification's alert names, label values and annotation texts that occur in a text, from 0 to 1. */
export function similarity(alerts: readonly Alert[], text: string): number {
  const words = withoutMarkup(text);
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

/** URLs and single words are not specific enough. */
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

/** Labels whose values alerts of every team share. */
const sharedLabels = new Set(['severity', 'priority', 'level']);

const isMentioned = ({ labels, annotations }: Alert, words: string): boolean =>
  Object.entries(labels).some(([name, value]) => !sharedLabels.has(name) && contains(words, value)) ||
  Object.values(annotations).some((value) => isText(value) && contains(words, value));

/** Whether the text contains a label value that another alert of the same name does not have. */
const isDistinguished = (alert: Alert, all: readonly Alert[], words: string): boolean => {
  const peers = all.filter((peer) => peer !== alert && isPeer(alert, peer));
  return Object.entries(alert.labels).some(
    ([name, value]) => peers.some(({ labels }) => labels[name] !== value) && contains(words, value),
  );
};

/** Longer names first, since one may contain another. */
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

/** Matches a whole value, case-insensitively. In a name of several words, spaces between the words are optional. */
function patternOf(value: string): RegExp | undefined {
  const parts = withoutMarkup(value)
    .split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|[\s_-]+/u)
    .filter(Boolean)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  if (parts.length === 0) return undefined;
  return new RegExp(`(?<![\\p{L}\\p{N}_])${parts.join('[\\s_-]*')}(?![\\p{L}\\p{N}_])`, 'iu');
}

/** Removes markup for bold and italics. */
const withoutMarkup = (text: string): string =>
  text.replace(/[*~`]+/g, ' ').replace(/(^|\s)_([^_\n]+)_(?=$|[\s.,:;])/g, '$1$2');
