/**
 * Normalises the address of a `text_link`: with a scheme, a host in lower case and at least a slash as path. Telegram
 * accepts http, https, tg and ton, and no http host without a dot: a link to `http://localhost:3000` is dropped, and
 * its text is shown as plain text.
 *
 * @returns `undefined` for a link that Telegram drops.
 */
export function linkTarget(url: string): string | undefined {
  if (/^(?:tg|ton|tonsite):/i.test(url)) return url;
  const [, scheme = 'http', user = '', host = '', port = '', path = ''] =
    /^(?:([^:/?#@[\]]+):\/\/)?([^/?#@\s]*@)?(\[[0-9a-f:]+\]|[\w.!$,~*'();&+=%\u0080-\uffff-]+)(:\d+)?([/?#].*)?$/is.exec(
      url,
    ) ?? [];
  if (!/^https?$/i.test(scheme)) return undefined;
  if (!host.startsWith('[') && (!host.includes('.') || host === '.')) return undefined;
  const rest = path.startsWith('/') ? path : `/${path}`;
  return `${scheme.toLowerCase()}://${user}${host.toLowerCase()}${port}${rest.replace(/[\0-\x20]/g, encodeURIComponent)}`;
}

/** `tg://user?id=…`, which mentions a person. */
export const isUserLink = (url: string): boolean =>
  /^tg:(?:\/\/)?user\/?\?(?:[^#]*&)?id=\d+(?:[&#]|$)/i.test(url);
