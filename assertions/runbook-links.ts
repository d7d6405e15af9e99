import { labelsAgree } from '../core/labels.ts';
import { receiverKinds } from '../core/receivers/receivers.ts';
import type { Page, Unjudged } from '../core/record.ts';

type RunbookSources = Pick<Unjudged, 'evidence' | 'notifications'>;

/** Names of annotations that contain a link to a runbook. */
const runbookAnnotation = /^(?:run|play)_?book(?:[_-]?(?:url|link|uri|href))?$/i;

const runbookAnnotations = (annotations: Readonly<Record<string, string>> = {}): string[] =>
  Object.entries(annotations).flatMap(([name, link]) => (runbookAnnotation.test(name) ? [link] : []));

/**
 * Returns the links of a page that lead to a runbook: the page's annotations `runbook`, `runbook_url` and similar, and those
 * links in the message that the rule has in such an annotation or whose host or path contains "runbook". Other links, such
 * as Alertmanager's own, open whether there is a runbook or not.
 */
export function runbookLinks(record: RunbookSources, page: Page): string[] {
  const ruled = linksOfRule(record, page);
  // The manager's annotations count only if they are in the message. Otherwise only the links in the message count.
  const isMessage = page.notification === undefined || receiverKinds[page.receiver].carriesAlerts;
  const own = isMessage ? runbookAnnotations(page.annotations) : [];
  const linked = page.links.filter((link) => ruled.includes(link) || isRunbookLink(link));
  return [...new Set([...own, ...linked])].filter(isWebLink);
}

/**
 * Returns the runbook of the alert's rule if the page links none of the rule's runbooks. A templated runbook link is not
 * judged unless the manager reported its expanded form.
 */
export function runbookNotLinked(record: RunbookSources, page: Page): string | undefined {
  const ruled = linksOfRule(record, page);
  const links = runbookLinks(record, page);
  if (ruled.some((link) => link.includes('{{') || links.includes(link))) return undefined;
  return ruled.find(isWebLink);
}

/**
 * Returns the rule's runbook if the message is written by the manager's default template, which leaves the runbook out.
 */
export function runbookOmittedByDefaultTemplate(record: RunbookSources, page: Page): string | undefined {
  const notification = notificationOf(record, page);
  if (notification?.template !== 'default' || runbookLinks(record, page).length > 0) return undefined;
  return linksOfRule(record, page).find((link) => isWebLink(link) && !link.includes('{{'));
}

/** Returns every link that must be opened. */
export const linksToOpen = (record: RunbookSources & Pick<Unjudged, 'pages'>): string[] => [
  ...new Set(
    record.pages.flatMap((page) => {
      const unlinked = runbookOmittedByDefaultTemplate(record, page);
      return [...runbookLinks(record, page), ...(unlinked === undefined ? [] : [unlinked])];
    }),
  ),
];

const isWebLink = (link: string): boolean => /^https?:$/.test(URL.parse(link)?.protocol ?? '');

/** Paths of links that perform an action, such as silencing, or show something other than a runbook. */
const actionPaths =
  /^\/(?:alerting\/)?silences?\b|\/(?:ack|acknowledge|snooze|resolve|mute|explore|d|alerting)(?:\/|$)/i;

/** Whether host or path contain "runbook". The query is ignored: that of a silence link contains the alert's annotations. */
function isRunbookLink(link: string): boolean {
  const { pathname = '', host = '', hash = '' } = URL.parse(link) ?? {};
  if (actionPaths.test(pathname) || /^#\/(?:silences|alerts)/.test(hash)) return false;
  return `${host}${pathname}`.toLowerCase().includes('runbook');
}

const notificationOf = ({ notifications = [] }: RunbookSources, { notification }: Page) =>
  notification === undefined ? undefined : notifications[notification];

/** Returns the runbook links of the rule as the manager sent them or, if that is not known, as they are written. */
function linksOfRule(record: RunbookSources, page: Page): string[] {
  const sent = (notificationOf(record, page)?.alerts ?? [])
    .filter(({ labels }) => labels.alertname === page.alert)
    .filter(({ labels }) => labelsAgree(page.labels, labels))
    .flatMap(({ annotations }) => runbookAnnotations(annotations));
  if (sent.length > 0) return sent;
  return (record.evidence?.alerts ?? [])
    .filter(({ alert }) => alert === page.alert)
    .flatMap(({ rule }) => runbookAnnotations(rule?.annotations));
}
