import type { Entity, Message, PageStatus } from '../page.ts';
import { distinctLinks, linksIn, slackLinkAddress } from './links.ts';
import { type AlertFields, annotationNames, classifyValues, type NamedValue } from './named-values.ts';
import { parseSubject } from './subject.ts';

/** The part of a message that shows one alert. */
export interface AlertBlock {
  readonly heading: string;
  readonly text: string;
  /** Its labels include `alertname` if the heading or a line shows it. */
  readonly alert: AlertFields & { readonly status: PageStatus; readonly links: string[] };
}

/** `Firing: Bug Report`, with optional symbols before the word, and a symbol or nothing after it. */
const heading = /^\P{L}*(firing|resolved)(?=\s*(?:$|[^\p{L}\p{N}\s]))[^\p{L}\p{N}]*(.*)$/iu;
const pair = /^\s*(?:[-•*]\s+)?([^:\n]{1,60}):(?:\s+(.*))?$/;

/**
 * Parses a message of firedrill's templates: one block per alert. A block has a heading with status and alert name;
 * lines `name: value` for labels and annotations; and links, as addresses or linked words (`Runbook`, `Trace`,
 * `Query`). A value that is an address is a link, unless its name is a known annotation. Other lines are plain text.
 */
export function blocksIn({ text, entities }: Message): AlertBlock[] {
  const blocks: { status: PageStatus; alertname: string; start: number }[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const [, word, alertname = ''] = heading.exec(line) ?? [];
    if (word && !parseSubject(line).status) {
      // Bold markup of Slack, say, may surround the whole heading.
      const name = alertname.replace(/[*_~\s]+$/, '');
      blocks.push({ status: word.toLowerCase() as PageStatus, alertname: name, start });
    }
    start += line.length + 1;
  }
  return blocks.map(({ status, alertname, start: from }, i) => {
    const to = blocks[i + 1]?.start ?? text.length;
    const [first = '', ...lines] = text.slice(from, to).split('\n');
    const named = valuesIn(lines, from + first.length + 1, entities);
    const isLink = ({ name, value }: NamedValue) =>
      /^https?:\/\/\S+$/.test(slackLinkAddress(value)) && !annotationNames.has(name);
    const sorted = classifyValues(named.filter((one) => !isLink(one)));
    const alert = {
      ...sorted,
      status: sorted.status ?? status,
      labels: { ...(alertname === '' ? {} : { alertname }), ...sorted.labels },
      links: distinctLinks([
        ...named.filter(isLink).map(({ value }) => slackLinkAddress(value)),
        ...linksBetween({ text, entities }, from, to),
        ...Object.values(sorted.annotations).flatMap(linksIn),
      ]),
    };
    return { heading: first.trim(), text: text.slice(from, to).trim(), alert };
  });
}

function valuesIn(lines: readonly string[], from: number, entities: readonly Entity[]): NamedValue[] {
  let start = from;
  return lines.flatMap((line) => {
    const [, name = '', value = ''] = pair.exec(line) ?? [];
    const offset = start + line.length - value.length;
    start += line.length + 1;
    if (name === '') return [];
    const covers = (one: Entity) => one.offset === offset && one.length === value.trimEnd().length;
    return [{ name: name.trim(), value: entities.find((one) => one.url && covers(one))?.url ?? value }];
  });
}

/** The links in a range of a message, including addresses that Telegram does not make clickable. */
export function linksBetween({ text, entities }: Message, from = 0, to = text.length): string[] {
  const within = entities.filter(({ offset, length }) => offset >= from && offset + length <= to);
  return distinctLinks([
    ...within.flatMap(({ type, offset, length, url }) => {
      if (url !== undefined) return [url];
      return type === 'url' ? [text.slice(offset, offset + length)] : [];
    }),
    ...linksIn(text.slice(from, to)),
  ]);
}
