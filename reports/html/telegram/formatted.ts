import type { Delivery } from '../../../core/record.ts';
import { html, link, type Markup, marked, type Part } from '../markup.ts';

type Message = NonNullable<Delivery['message']>;
type Entity = Message['entities'][number];

/**
 * A message as Telegram shows it: its text with the forms of its entities, which may lie within each other
 * (https://core.telegram.org/bots/api#messageentity). One that reaches over the end of another is cut there
 * and goes on after it, so that nothing is lost and every element is closed.
 *
 * @param traceId is highlighted wherever it stands, also where a link only leads to it.
 */
export function formatted({ text, entities }: Message, traceId?: string): Part {
  const sorted = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  return parts({ text, traceId, linked: false }, sorted, 0, text.length);
}

interface Around {
  readonly text: string;
  readonly traceId: string | undefined;
  /** Whether this stands within a link: a link in a link would end the outer one. */
  readonly linked: boolean;
}

function parts(around: Around, entities: readonly Entity[], from: number, to: number): Part[] {
  const made: Part[] = [];
  const waiting = [...entities];
  let at = from;
  let afterBlock = false;
  const plain = (end: number) => {
    const text = around.text.slice(at, end);
    // A block ends its line by itself.
    return marked(afterBlock ? text.replace(/^\n/, '') : text, around.traceId);
  };
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const start = Math.max(at, one.offset);
    const end = Math.min(to, one.offset + one.length);
    if (end <= start) continue;
    made.push(plain(start));
    const cut = waiting.findIndex(({ offset }) => offset >= end);
    const inside = waiting.splice(0, cut < 0 ? waiting.length : cut);
    made.push(formOf(one, around, inside, start, end));
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

const tags: Record<string, (content: Part, entity: Entity) => Markup> = {
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

function formOf(one: Entity, around: Around, inside: Entity[], start: number, end: number): Part {
  const { type, url = '' } = one;
  const isLink = type === 'text_link' || type === 'url';
  const content = parts({ ...around, linked: around.linked || isLink }, inside, start, end);
  if (!isLink) return Object.hasOwn(tags, type) ? tags[type]?.(content, one) : content;
  const shown = around.text.slice(start, end);
  // Telegram takes an address without a scheme for one of the web.
  const target = type === 'text_link' ? url : /^[a-z][a-z\d+.-]*:/i.test(shown) ? shown : `http://${shown}`;
  const leads = around.traceId !== undefined && target.includes(around.traceId);
  const words = leads ? html`<mark>${content}</mark>` : content;
  return around.linked ? words : link(target, words);
}
