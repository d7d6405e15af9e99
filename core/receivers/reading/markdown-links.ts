import type { Entity, Message } from '../page.ts';

const marked = /\[([^\]\n]*)\]\((https?:\/\/[^\s)]+)(?:\s+"[^"\n]*")?\)/g;

/** A text as its reader sees it, where Markdown links, `[label](url)`, are shown as their label. */
export function withMarkdownLinks(source: string): Message {
  const entities: Entity[] = [];
  let text = '';
  let from = 0;
  for (const found of source.matchAll(marked)) {
    const [whole, written = '', url = ''] = found;
    const label = written.trim() === '' ? url : written;
    text += source.slice(from, found.index);
    entities.push({ type: 'text_link', offset: text.length, length: label.length, url });
    text += label;
    from = found.index + whole.length;
  }
  return { text: text + source.slice(from), entities };
}
