import { receiverKinds } from '../core/receivers/receivers.ts';
import type { Page, Unjudged } from '../core/record.ts';

type Known = Pick<Unjudged, 'evidence' | 'notifications'>;

/** Names of annotations that hold one, as people write them. */
const named = /^(?:run|play)_?book(?:[_-]?(?:url|link|uri|href))?$/i;

const namedIn = (annotations: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries(annotations).flatMap(([name, link]) => (named.test(name) ? [link] : []));

/**
 * The links of a page that lead to a runbook: its annotation `runbook`, `runbook_url` or the like, and of the links in
 * the message those that the rule names in such an annotation, or whose path speaks of a runbook. A page has other
 * links, such as Alertmanager's own, which open whether there is a runbook or not.
 */
export function runbookLinks(record: Known, page: Page): string[] {
  const ruled = ruledLinks(record, page);
  // What the manager sent is in a message that carries alerts as data; of another's, only what it shows counts.
  const isMessage = page.notification === undefined || receiverKinds[page.receiver].carriesAlerts;
  const own = isMessage ? namedIn(page.annotations) : [];
  const linked = page.links.filter((link) => ruled.includes(link) || speaksOfRunbook(link));
  return [...new Set([...own, ...linked])].filter(isWebLink);
}

/**
 * The runbook that the alert's rule names, where the page links none of those that it names. A rule may write a
 * template there, of which only its manager or the page shows what became of it.
 */
export function missedRunbook(record: Known, page: Page): string | undefined {
  const ruled = ruledLinks(record, page);
  const links = runbookLinks(record, page);
  if (ruled.some((link) => link.includes('{{') || links.includes(link))) return undefined;
  return ruled.find(isWebLink);
}

/**
 * The runbook of a page whose message is written by its manager's default template, which leaves it out: the one that the
 * rule names, as the manager sent it.
 */
export function unlinkedRunbook(record: Known, page: Page): string | undefined {
  const notification = notificationOf(record, page);
  if (notification?.template !== 'default' || runbookLinks(record, page).length > 0) return undefined;
  return ruledLinks(record, page).find((link) => isWebLink(link) && !link.includes('{{'));
}

/** Every link that is to be opened, and no other. */
export const linksToOpen = (record: Known & Pick<Unjudged, 'pages'>): string[] => [
  ...new Set(
    record.pages.flatMap((page) => {
      const unlinked = unlinkedRunbook(record, page);
      return [...runbookLinks(record, page), ...(unlinked === undefined ? [] : [unlinked])];
    }),
  ),
];

const isWebLink = (link: string): boolean => /^https?:$/.test(URL.parse(link)?.protocol ?? '');

/** Paths of links that do something, or show something else. */
const others =
  /^\/(?:alerting\/)?silences?\b|\/(?:ack|acknowledge|snooze|resolve|mute|explore|d|alerting)(?:\/|$)/i;

/** Only by its path: the query of a link that silences an alert names the alert's annotations too. */
function speaksOfRunbook(link: string): boolean {
  const { pathname = '', host = '', hash = '' } = URL.parse(link) ?? {};
  if (others.test(pathname) || /^#\/(?:silences|alerts)/.test(hash)) return false;
  return `${host}${pathname}`.toLowerCase().includes('runbook');
}

const notificationOf = ({ notifications = [] }: Known, { notification }: Page) =>
  notification === undefined ? undefined : notifications[notification];

/** What the rule names, as its manager sent it or, where that is not known, as it is written. */
function ruledLinks(record: Known, page: Page): string[] {
  const sent = (notificationOf(record, page)?.alerts ?? [])
    .filter(({ labels }) => labels.alertname === page.alert)
    .filter(({ labels }) =>
      Object.entries(page.labels).every(([name, value]) => (labels[name] ?? value) === value),
    )
    .flatMap(({ annotations }) => namedIn(annotations));
  if (sent.length > 0) return sent;
  return (record.evidence?.alerts ?? [])
    .filter(({ alert }) => alert === page.alert)
    .flatMap(({ rule }) => namedIn(rule?.annotations));
}
