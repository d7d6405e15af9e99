import type { Entity, Message } from '../page.ts';
import { atByte, entity, ParseError, withSortedEntities } from './entities.ts';
import { isUserLink, linkTarget } from './link-target.ts';

/** A formatted range; in this legacy syntax ranges do not nest. */
const stretch =
  /```(?:([^\s`]+)(?=\s))?(?:\r\n|\n\r|\n|\r)?(.*?)```|_([^_]*)_|\*([^*]*)\*|(?!```)`([^`]*)`|\[([^\]]*)\](?:\(([^)]*)\)?)?/sy;

/**
 * Parses a message with the legacy `parse_mode` Markdown as the Bot API does:
 * https://core.telegram.org/bots/api#markdown-style. The only error is an unclosed mark, with the text of tdlib
 * (github.com/tdlib/td, td/telegram/MessageEntity.cpp).
 *
 * @throws Unparsable
 */
export function parseMarkdown(source: string): Message {
  const entities: Entity[] = [];
  let text = '';
  for (let at = 0; at < source.length; ) {
    const c = source[at] ?? '';
    const next = source[at + 1] ?? '';
    if (c === '\\' && next !== '' && '_*`['.includes(next)) {
      text += next;
      at += 2;
    } else if (!'_*`['.includes(c)) {
      text += c;
      at += 1;
    } else {
      stretch.lastIndex = at;
      const found = stretch.exec(source);
      if (!found) throw new ParseError(`Can't find end of the entity starting ${atByte(source, at)}`);
      const [all, language, pre, italic, bold, code, label, url] = found;
      const shown = pre ?? italic ?? bold ?? code ?? label ?? '';
      const one = entityOf(c, text.length, text.length + shown.length, { language, pre, url: url ?? label });
      if (shown !== '' && one) entities.push(one);
      text += shown;
      at += all.length;
    }
  }
  return withSortedEntities(text, entities);
}

interface Found {
  readonly language: string | undefined;
  readonly pre: string | undefined;
  readonly url: string | undefined;
}

function entityOf(mark: string, from: number, to: number, { language, pre, url }: Found): Entity | undefined {
  if (mark === '_') return entity('italic', from, to);
  if (mark === '*') return entity('bold', from, to);
  if (mark === '`') return entity(pre === undefined ? 'code' : 'pre', from, to, { language });
  if (isUserLink(url ?? '')) return entity('text_mention', from, to);
  const target = linkTarget(url ?? '');
  return target === undefined ? undefined : entity('text_link', from, to, { url: target });
}
