import type { Message, PageContent } from '../page.ts';
import { listedLinks, parseAlertList } from '../reading/alert-list.ts';
import { type AlertBlock, blocksIn, linksBetween } from '../reading/blocks.ts';
import { parseSubject } from '../reading/subject.ts';

/**
 * The pages that a Telegram message shows. A message has no structured labels, so it is read in this order:
 * 1. the default alert list of Grafana or Alertmanager: one page per alert, with complete labels and annotations;
 * 2. blocks of firedrill's templates, see `blocksIn`: one page each;
 * 3. the first line, read as a default subject: one page, `precision: 'title'`; firing if it has no status.
 */
export function telegramPages(message: Message): PageContent[] {
  const [title = ''] = message.text.split('\n');
  const subject = parseSubject(title);
  const listed = parseAlertList(message.text);
  if (listed.length > 0) {
    return listed.map((alert) => ({
      ...common(alert.labels),
      status: alert.status ?? subject.status ?? 'firing',
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
      ...common(subject.alertname === undefined ? {} : { alertname: subject.alertname }),
      status: subject.status ?? 'firing',
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
