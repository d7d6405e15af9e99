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
    const isText = /^text\//i.test(contentType);
    const headings = isText ? [text.split('\n')[0]?.replace(/^#+\s*/, '') ?? ''] : [];
    const slugs = isText && whole && anchor !== '' ? slugsIn(text) : [];
    return {
      type: 'other',
      headings: nonEmpty(headings),
      text: text.length,
      scripts: false,
      asksPassword: false,
      // A text without headings of Markdown may be of a form whose anchors are not known.
      ...(slugs.length === 0
        ? {}
        : { anchor: hasAnchor(text, slugs, anchor) ? ('found' as const) : ('missing' as const) }),
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

/**
 * The anchors of a Markdown text's headings, made as GitHub and GitLab make them: in lower case, without signs, with `-` for
 * each space, and numbered when a heading occurs again.
 */
function slugsIn(text: string): string[] {
  const seen = new Map<string, number>();
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  const found = [...prose.matchAll(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$|^(\S.*)\n(?:=+|-{2,})[ \t]*$/gm)];
  return found.map(([, own = '', underlined = '']) => {
    const heading = (own || underlined).replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** Whether a heading, an attribute `{#anchor}` or an element of HTML in a Markdown text has the anchor. */
function hasAnchor(text: string, slugs: readonly string[], anchor: string): boolean {
  const wanted = [anchor, decodeUri(anchor)];
  return (
    wanted.some((one) => slugs.includes(one.toLowerCase()) || text.includes(`{#${one}}`)) ||
    anchorIn(text, anchor)
  );
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
