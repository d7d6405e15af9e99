import { decodeUri } from '../../core/decode-uri.ts';

/** The content of a web page, as far as it is known without running its scripts. */
export interface WebPage {
  readonly type: 'html' | 'other';
  /** Its title and its first heading. */
  readonly headings: string[];
  /** Number of characters of visible text. */
  readonly text: number;
  readonly scripts: boolean;
  readonly asksPassword: boolean;
  readonly anchor?: 'found' | 'missing';
}

/**
 * @param anchor fragment of the link, without `#`; '' for none.
 * @param whole whether the body was read completely; the unread part may contain the anchor.
 */
export function readWebPage(body: string, contentType: string, anchor: string, whole = true): WebPage {
  const isHtml = /\bhtml\b/i.test(contentType) || /^\s*<(?:!doctype html|html)\b/i.test(body);
  if (!isHtml) {
    const text = body.trim();
    const headings = /^text\//i.test(contentType) ? [text.split('\n')[0]?.replace(/^#+\s*/, '') ?? ''] : [];
    return {
      type: 'other',
      headings: nonEmpty(headings),
      text: text.length,
      scripts: false,
      asksPassword: false,
    };
  }
  const bare = body.replace(/<!--[\s\S]*?-->/g, '');
  const scripts = /<script\b/i.test(bare);
  const shown = bare.replace(/<(script|style|template|noscript)\b[\s\S]*?<\/\1\s*>/gi, ' ');
  const headings = nonEmpty([firstOf(shown, 'title'), firstOf(shown, 'h1') || firstOf(shown, 'h2')]);
  const text = textOf(
    shown.replace(/<head\b[\s\S]*?<\/head\s*>/i, '').replace(/<title\b[\s\S]*?<\/title\s*>/i, ''),
  );
  const found = anchorIn(shown, anchor);
  return {
    type: 'html',
    headings,
    text: text.length,
    scripts,
    asksPassword: /<input\b[^>]*\btype\s*=\s*["']?password\b/i.test(shown),
    // A script may create the anchor, or use it as a client-side route.
    ...(anchor === '' || /^[/!:]/.test(anchor) || (!found && (scripts || !whole))
      ? {}
      : { anchor: found ? ('found' as const) : ('missing' as const) }),
  };
}

/** The target of an automatic redirect: `<meta http-equiv="refresh" content="0; url=…">`. */
export function refreshIn(body: string): string | undefined {
  for (const [tag] of body.matchAll(/<meta\b[^>]*>/gi)) {
    if (!/http-equiv\s*=\s*["']?refresh\b/i.test(tag)) continue;
    const [, target] = /content\s*=\s*["']?\s*\d+\s*[;,]\s*url\s*=\s*["']?([^"'>\s]+)/i.exec(tag) ?? [];
    if (target !== undefined) return unescaped(target);
  }
  return undefined;
}

const nonEmpty = (headings: readonly string[]): string[] =>
  headings.filter((heading) => heading !== '').map((heading) => heading.slice(0, 200));

const firstOf = (html: string, tag: string): string =>
  textOf(new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}\\s*>`, 'i').exec(html)?.[1] ?? '');

const textOf = (html: string): string =>
  unescaped(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

function anchorIn(html: string, anchor: string): boolean {
  const names = new Set(
    [...html.matchAll(/\b(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/gi)].map(([, a, b, c]) =>
      unescaped(a ?? b ?? c ?? ''),
    ),
  );
  return [anchor, decodeUri(anchor)].some((one) => names.has(one) || names.has(`user-content-${one}`));
}

const unescaped = (text: string): string =>
  text
    .replace(/&nbsp;|&#160;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;|&#34;/g, '"')
    .replace(/&#0?39;|&apos;|&rsquo;|&#8217;/g, "'")
    .replace(/&amp;/g, '&');
