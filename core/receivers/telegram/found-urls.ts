import type { Entity } from '../page.ts';
import { entity } from './entities.ts';
import { linkTarget } from './link-target.ts';

const address = /https?:\/\/[^\s<>"«»]+/gi;
const trailing = /[.:;,('?!`]+$/;

/**
 * The URLs that Telegram turns into links by itself: those with a scheme and a dot in the host, outside of code and
 * links. (Telegram also marks addresses without a scheme, hashtags and others, which are not needed here.)
 */
export function foundUrls(text: string, entities: readonly Entity[]): Entity[] {
  const taken = entities.filter(({ type }) => ['pre', 'code', 'text_link', 'text_mention'].includes(type));
  return [...text.matchAll(address)].flatMap(({ 0: all, index }) => {
    const url = balanced(all).replace(trailing, '');
    const end = index + url.length;
    const free = taken.every(({ offset, length }) => end <= offset || index >= offset + length);
    return free && linkTarget(url) !== undefined ? [entity('url', index, end)] : [];
  });
}

/** Truncates a URL before a closing bracket without an opening one. */
function balanced(url: string): string {
  const opened: string[] = [];
  for (let i = 0; i < url.length; i += 1) {
    const c = url[i] ?? '';
    const opening = '([{'[')]}'.indexOf(c)];
    if ('([{'.includes(c)) opened.push(c);
    else if (opening !== undefined) {
      const place = opened.lastIndexOf(opening);
      if (place < 0) return url.slice(0, i);
      opened.splice(place, 1);
    }
  }
  return url;
}
