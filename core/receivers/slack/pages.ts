import type { PageContent, PageStatus } from '../page.ts';
import { asArray, asObject, asString, type Json } from '../protocol.ts';
import { listedLinks, parseAlertList } from '../reading/alert-list.ts';
import { blocksIn } from '../reading/blocks.ts';
import { distinctLinks, linksIn, slackLinkAddress } from '../reading/links.ts';
import { type AlertFields, classifyValues, type NamedValue } from '../reading/named-values.ts';
import { parseSubject } from '../reading/subject.ts';

/**
 * The pages that a Slack message shows. A message has no structured labels, so each attachment is read in this order:
 * 1. the default alert list of Alertmanager or Grafana in the text: one page per alert, with complete labels and
 * annotations, its own links and those outside of the text;
 * 2. fields whose titles are label names: one page per alert if `alertname` occurs several times or its value has
 * several lines (from a template's `range` over the alerts). Other fields with as many lines are split alike; fields
 * with one line belong to all alerts;
 * 3. without fields, blocks of firedrill's templates, see `blocksIn`: one page each, with its own links;
 * 4. the title, read as Alertmanager's default subject: one page, `precision: 'title'`. The status is the alert's own
 * if shown, else the subject's, else the colour's, else firing: a message without a status still notifies a person.
 */
export function slackPages(message: Json): PageContent[] {
  const attachments = asArray(message.attachments)
    .map(asObject)
    .filter((one) => one !== undefined);
  const top = [asString(message.text), ...asArray(message.blocks).map(blockText)].filter(Boolean).join('\n');
  if (attachments.length === 0 && top === '') return [];
  if (attachments.length === 0) {
    const [title = '', ...rest] = top.split('\n');
    return pagesOf({
      title: slackLinkAddress(title),
      text: rest.join('\n'),
      fields: [],
      links: [],
      textLinks: linksIn(top),
      messageText: '',
    });
  }
  return attachments.flatMap((attachment) => pagesOf(shownIn(attachment, top)));
}

interface AttachmentContent {
  readonly title: string;
  readonly text: string;
  readonly color?: string;
  readonly fields: readonly NamedValue[];
  /** Links of buttons, fields and the title. */
  readonly links: readonly string[];
  readonly textLinks: readonly string[];
  /** The message's own text, which may contain the subject of its attachments. */
  readonly messageText: string;
}

function shownIn(attachment: Json, top: string): AttachmentContent {
  const text = [asString(attachment.pretext), asString(attachment.text)].filter(Boolean).join('\n');
  const fallback = asString(attachment.fallback);
  const title = slackLinkAddress(
    asString(attachment.title) || fallback.split(' | ')[0] || top.split('\n')[0] || '',
  );
  const fields = asArray(attachment.fields).map((field) => ({
    name: asString(asObject(field)?.title),
    value: asString(asObject(field)?.value),
  }));
  const titleLink = asString(attachment.title_link);
  const actions = asArray(attachment.actions).map(asObject);
  const links = [
    ...actions.map((a) => asString(a?.url)).filter(Boolean),
    ...linksIn([top, ...fields.map((field) => field.value)].join('\n')),
    ...(titleLink ? [titleLink] : []),
  ];
  const textLinks = linksIn(text);
  const color = asString(attachment.color);
  return { title, text, fields, links, textLinks, messageText: top, ...(color && { color }) };
}

function pagesOf(shown: AttachmentContent): PageContent[] {
  const own = parseSubject(shown.title);
  const subject = own.status ? own : parseSubject(shown.messageText);
  const status: PageStatus =
    subject.status ?? (resolvedColors.has(shown.color ?? '') ? 'resolved' : 'firing');
  const named = subject.alertname === undefined ? {} : { alertname: subject.alertname };
  return alertsIn(shown).map((alert) => {
    const labels = { ...named, ...alert.labels };
    const rendered = Object.keys(alert.labels).length > 0;
    return {
      status,
      ...alert,
      alert: labels.alertname ?? '',
      labels,
      precision: rendered ? 'rendered' : 'title',
      title: shown.title,
      text: shown.text,
      links: distinctLinks([...(alert.links ?? shown.textLinks), ...shown.links]),
    };
  });
}

function alertsIn({ text, fields }: AttachmentContent): (AlertFields & { links?: string[] })[] {
  const listed = parseAlertList(text);
  if (listed.length === 0) {
    const blocks = fields.length === 0 ? blocksIn({ text, entities: [] }) : [];
    return blocks.length > 0 ? blocks.map(({ alert }) => alert) : rowsOf(fields).map(classifyValues);
  }
  const common = classifyValues(fields.map(({ name, value }) => ({ name, value })));
  return listed.map((alert) => ({
    ...(alert.status && { status: alert.status }),
    labels: { ...common.labels, ...alert.labels },
    annotations: { ...common.annotations, ...alert.annotations },
    links: listedLinks(alert),
  }));
}

/** Groups the fields by alert; see 2 above. Without fields, one empty row. */
function rowsOf(fields: readonly NamedValue[]): NamedValue[][] {
  const starts = fields.flatMap((field, i) => (field.name === 'alertname' ? [i] : []));
  const [first] = starts;
  if (first === undefined) return [[...fields]];
  if (starts.length > 1) {
    return starts.map((start, i) => [...fields.slice(0, first), ...fields.slice(start, starts[i + 1])]);
  }
  const lines = (value: string) => value.replace(/\n$/, '').split('\n');
  const count = lines(fields[first]?.value ?? '').length;
  return Array.from({ length: count }, (_, row) =>
    fields.map(({ name, value }) => {
      const own = lines(value);
      return { name, value: own.length === count ? (own[row] ?? '') : value };
    }),
  );
}

/** The colours of resolved messages: Alertmanager's (`good`) and Grafana's. */
const resolvedColors = new Set(['good', '#2eb886', '#36a64f']);

function blockText(block: unknown): string {
  const { text, fields, elements } = asObject(block) ?? {};
  const parts = [text, ...asArray(fields), ...asArray(elements)];
  return parts
    .map((part) => asString(part) || asString(asObject(part)?.text))
    .filter(Boolean)
    .join('\n');
}
