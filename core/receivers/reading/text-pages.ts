import type { Message, PageContent, PageStatus } from '../page.ts';
import { listedLinks, parseAlertList } from './alert-list.ts';
import { type AlertBlock, blocksIn, linksBetween } from './blocks.ts';
import { parseSubject } from './subject.ts';

/**
 * The pages that a text shows, with nothing but the text to tell. It is read in this order:
 * 1. the default alert list of Grafana or Alertmanager: one page per alert, with complete labels and annotations;
 * 2. blocks of firedrill's templates, see `blocksIn`: one page each;
 * 3. the first line that reads as a default subject, else the first line: one page, `precision: 'title'`.
 *
 * @param otherwise the status of what shows none, e.g. by the colour of the message.
 */
export function textPages(message: Message, otherwise: PageStatus = 'firing'): PageContent[] {
  const lines = message.text.split('\n');
  const subjects = lines.map((line) => ({ line, ...parseSubject(line) }));
  const subject = subjects.find(({ status }) => status !== undefined);
  const title = subject?.line ?? lines[0] ?? '';
  const listed = parseAlertList(message.text);
  if (listed.length > 0) {
    return listed.map((alert) => ({
      ...common(alert.labels),
      status: alert.status ?? subject?.status ?? otherwise,
      annotations: alert.annotations,
      precision: 'rendered',
      title,
      text: message.text,
      links: listedLinks(alert),
    }));
  }
  const blocks = blocksIn(message);
  if (blocks.length > 0) return blocks.map(pageOf);
  return [
    {
      ...common(subject?.alertname === undefined ? {} : { alertname: subject.alertname }),
      status: subject?.status ?? otherwise,
      annotations: {},
      precision: 'title',
      title,
      text: message.text,
      links: linksBetween(message),
    },
  ];
}

const common = (labels: Record<string, string>) => ({ alert: labels.alertname ?? '', labels });

function pageOf({ heading, text, alert }: AlertBlock): PageContent {
  const { labels } = alert;
  return {
    ...alert,
    ...common(labels),
    precision: Object.keys(labels).some((name) => name !== 'alertname') ? 'rendered' : 'title',
    title: heading,
    text,
  };
}
