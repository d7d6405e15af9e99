import type { Entity, Message, PageStatus } from '../page.ts';
import { distinct, linksIn, visible } from './links.ts';
import { annotationNames, type Named, type Sorted, sortNamed } from './named-values.ts';
import { parseSubject } from './subject.ts';

/** What a message shows of one alert. */
export interface Block {
  readonly heading: string;
  readonly text: string;
  /** Among its labels `alertname`, where the heading or a line says it. */
  readonly alert: Sorted & { readonly status: PageStatus; readonly links: string[] };
}

/** `Firing: Bug Report`, with any signs before the word, and a sign or nothing at all after it. */
const heading = /^\P{L}*(firing|resolved)(?=\s*(?:$|[^\p{L}\p{N}\s]))[^\p{L}\p{N}]*(.*)$/iu;
const pair = /^\s*(?:[-•*]\s+)?([^:\n]{1,60}):(?:\s+(.*))?$/;

/**
 * The blocks of a message of our templates, one for each alert: a heading of the status and the alert's name;
 * lines `name: value` for labels and annotations, by their own names; links, as addresses or as words that lead
 * to one (`Runbook`, `Trace`, `Query`). A value that is an address is a link by that name, unless the name is
 * known as an annotation's. Other lines are only text.
 */
export function blocksIn({ text, entities }: Message): Block[] {
  const blocks: { status: PageStatus; alertname: string; start: number }[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const [, word, alertname = ''] = heading.exec(line) ?? [];
    if (word && !parseSubject(line).status) {
      // Slack's bold, say, which goes around the whole heading.
      const name = alertname.replace(/[*_~\s]+$/, '');
      blocks.push({ status: word.toLowerCase() as PageStatus, alertname: name, start });
    }
    start += line.length + 1;
  }
  return blocks.map(({ status, alertname, start: from }, i) => {
    const to = blocks[i + 1]?.start ?? text.length;
    const [first = '', ...lines] = text.slice(from, to).split('\n');
    const named = valuesIn(lines, from + first.length + 1, entities);
    const isLink = ({ name, value }: Named) =>
      /^https?:\/\/\S+$/.test(visible(value)) && !annotationNames.has(name);
    const sorted = sortNamed(named.filter((one) => !isLink(one)));
    const alert = {
      ...sorted,
      status: sorted.status ?? status,
      labels: { ...(alertname === '' ? {} : { alertname }), ...sorted.labels },
      links: distinct([
        ...named.filter(isLink).map(({ value }) => visible(value)),
        ...linksBetween({ text, entities }, from, to),
        ...Object.values(sorted.annotations).flatMap(linksIn),
      ]),
    };
    return { heading: first.trim(), text: text.slice(from, to).trim(), alert };
  });
}

function valuesIn(lines: readonly string[], from: number, entities: readonly Entity[]): Named[] {
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

/** The links in a stretch of a message, also addresses that Telegram does not make clickable. */
export function linksBetween({ text, entities }: Message, from = 0, to = text.length): string[] {
  const within = entities.filter(({ offset, length }) => offset >= from && offset + length <= to);
  return distinct([
    ...within.flatMap(({ type, offset, length, url }) => {
      if (url !== undefined) return [url];
      return type === 'url' ? [text.slice(offset, offset + length)] : [];
    }),
    ...linksIn(text.slice(from, to)),
  ]);
}
