/** A refusal of the request as a whole. */
export interface Malformed {
  readonly malformed: string;
}

/**
 * The fields of a multipart/form-data body, https://www.rfc-editor.org/rfc/rfc7578, without files. Errors and their
 * texts follow Telegram's server (github.com/tdlib/td, tdnet/td/net/HttpReader.cpp).
 */
export function multipartFields(body: string, contentType: string): [string, string][] | Malformed {
  const boundary = /boundary\s*=\s*("?)([^";]{1,70})\1\s*(?:;|$)/i.exec(contentType)?.[2];
  if (boundary === undefined) return { malformed: 'boundary not found' };
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1);
  // The final boundary ends with two dashes; without it the body was truncated.
  if (!parts.pop()?.startsWith('--')) return { malformed: 'unexpected end of request content' };
  const fields: [string, string][] = [];
  for (const part of parts) {
    const [, head = '', value = ''] = /^[ \t]*\r\n(.*?)\r\n\r\n(.*)$/s.exec(part) ?? [];
    const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
    const name = parameter(disposition, 'name');
    if (!name) return { malformed: 'field name in multipart/form-data not found' };
    if (parameter(disposition, 'filename') === undefined) fields.push([name, value]);
  }
  return fields;
}

function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:\\\\.|[^"\\\\])*)"|([^;\\s]+))`, 'i').exec(header);
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
}
