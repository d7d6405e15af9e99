import type { Delivery } from '../../../core/record.ts';
import { html, link, type Markup, type MarkupPart, marked } from '../markup.ts';

type Message = NonNullable<Delivery['message']>;
type Entity = Message['entities'][number];

/**
 * A message as Telegram shows it: its text with formatted entities, which may be nested
 * (https://core.telegram.org/bots/api#messageentity). An entity that extends beyond the end of another is split there,
 * so that elements are nested correctly and nothing is lost.
 *
 * @param traceId is highlighted wherever it occurs, including in the target of a link.
 */
export function formatted({ text, entities }: Message, traceId?: string): MarkupPart {
  const sorted = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  return parts({ text, traceId, linked: false }, sorted, 0, text.length);
}

interface Context {
  readonly text: string;
  readonly traceId: string | undefined;
  /** Whether it is inside a link: links cannot be nested. */
  readonly linked: boolean;
}

function parts(context: Context, entities: readonly Entity[], from: number, to: number): MarkupPart[] {
  const made: MarkupPart[] = [];
  const waiting = [...entities];
  let at = from;
  let afterBlock = false;
  const plain = (end: number) => {
    const text = context.text.slice(at, end);
    // A block element already ends its line.
    return marked(afterBlock ? text.replace(/^\n/, '') : text, context.traceId);
  };
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const start = Math.max(at, one.offset);
    const end = Math.min(to, one.offset + one.length);
    if (end <= start) continue;
    made.push(plain(start));
    const cut = waiting.findIndex(({ offset }) => offset >= end);
    const inside = waiting.splice(0, cut < 0 ? waiting.length : cut);
    made.push(formOf(one, context, inside, start, end));
    waiting.unshift(
      ...inside.flatMap((inner) => {
        const rest = inner.offset + inner.length - end;
        return rest > 0 ? [{ ...inner, offset: end, length: rest }] : [];
      }),
    );
    at = end;
    afterBlock = blocks.includes(one.type);
  }
  made.push(plain(to));
  return made;
}

const blocks: readonly string[] = ['pre', 'blockquote', 'expandable_blockquote'];

const tags: Record<string, (content: MarkupPart, entity: Entity) => Markup> = {
  bold: (content) => html`<b>${content}</b>`,
  italic: (content) => html`<i>${content}</i>`,
  underline: (content) => html`<u>${content}</u>`,
  strikethrough: (content) => html`<s>${content}</s>`,
  spoiler: (content) => html`<span class="tg-spoiler" tabindex="0" title="spoiler">${content}</span>`,
  code: (content) => html`<code>${content}</code>`,
  pre: (content, { language }) =>
    html`<span class="tg-pre">${language && html`<span class="tg-language">${language}</span>`}<code>${content}</code></span>`,
  blockquote: (content) => html`<span class="tg-quote">${content}</span>`,
  expandable_blockquote: (content) => html`<span class="tg-quote">${content}</span>`,
};

function formOf(one: Entity, context: Context, inside: Entity[], start: number, end: number): MarkupPart {
  const { type, url = '' } = one;
  const isLink = type === 'text_link' || type === 'url';
  const content = parts({ ...context, linked: context.linked || isLink }, inside, start, end);
  if (!isLink) return Object.hasOwn(tags, type) ? tags[type]?.(content, one) : content;
  const shown = context.text.slice(start, end);
  // Telegram treats an address without a scheme as http.
  const target = type === 'text_link' ? url : /^[a-z][a-z\d+.-]*:/i.test(shown) ? shown : `http://${shown}`;
  const leads = context.traceId !== undefined && target.includes(context.traceId);
  const words = leads ? html`<mark>${content}</mark>` : content;
  return context.linked ? words : link(target, words);
}
