import type { Readable } from 'node:stream';
import { linksToOpen } from '../../assertions/runbook-links.ts';
import { isAbort, messageOf } from '../../core/errors.ts';
import { type HttpResponse, httpClient } from '../../core/http.ts';
import type { Runbook, Unjudged } from '../../core/record.ts';
import { isListed } from '../../core/staging.ts';
import { readWebPage, refreshIn } from '../../signals/readers/web-page.ts';

const withinMs = 10_000;
const maxRedirects = 5;
const maxBytes = 1024 * 1024;
const client = httpClient({ maxRedirects: 0 });

interface RunbookAccess {
  /** The server that serves runbooks from a folder, and how the links to them begin. */
  readonly folder?: { readonly url: string; readonly links: string };
  /** Hosts that may be asked. Absent: any. */
  readonly hosts?: readonly string[];
  readonly signal: AbortSignal;
}

type Linked = Pick<Unjudged, 'pages' | 'notifications' | 'evidence'>;

/**
 * Opens the runbook links of every page. Other links are not opened, because they may silence or acknowledge an alert.
 * Links to runbooks of which there are files lead to these.
 */
export async function openRunbookLinks(where: RunbookAccess, record: Linked): Promise<Runbook[]> {
  const runbooks: Runbook[] = [];
  for (const link of linksToOpen(record)) runbooks.push(await openLink(where, link));
  return runbooks;
}

async function openLink({ folder, hosts, signal }: RunbookAccess, link: string): Promise<Runbook> {
  const address =
    folder && link.startsWith(folder.links)
      ? `${folder.url}/runbooks/${link.slice(folder.links.length).replace(/^\//, '')}`
      : link;
  const redirects: string[] = [];
  const found = () => ({ url: link, ...(redirects.length > 0 ? { redirects } : {}) });
  const ends = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    for (let at = address; ; ) {
      if (hosts && !isListed(at, hosts))
        return {
          ...found(),
          problem: `not opened: the host ${new URL(at).hostname} is not on the list of hosts`,
        };
      const { status, type, body, whole, location } = await get(at, ends);
      const next = location ?? (status === 200 ? refreshIn(body) : undefined);
      if (next === undefined) {
        const anchor = new URL(link).hash.slice(1);
        const page = status === 200 ? { page: readWebPage(body, type, anchor, whole) } : {};
        return { ...found(), status, ...page };
      }
      if (redirects.length === maxRedirects) {
        return { ...found(), problem: `redirected more than ${maxRedirects} times` };
      }
      at = new URL(next, at).href;
      if (!/^https?:/.test(at)) return { ...found(), problem: `redirected to ${at}` };
      redirects.push(at);
    }
  } catch (error) {
    if (isAbort(error) && signal.aborted) throw error;
    const problem = ends.aborted ? `no whole answer within ${withinMs / 1000} s` : messageOf(error);
    return { ...found(), problem };
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly whole: boolean;
  readonly location?: string;
}

/** Sends one request without following redirects, and reads at most `maxBytes` of the answer. */
async function get(address: string, signal: AbortSignal): Promise<Answer> {
  const response: HttpResponse<Readable> = await client.get(address, {
    signal,
    responseType: 'stream',
    headers: { accept: 'text/html, text/markdown, text/plain, */*;q=0.5' },
  });
  const { status, headers, data } = response;
  const { location } = headers as { location?: string };
  if (status >= 300 && status < 400 && location !== undefined) {
    data.destroy();
    return { status, type: '', body: '', whole: false, location };
  }
  const { body, whole } = await textOf(data);
  return { status, type: String(headers['content-type'] ?? ''), body, whole };
}

/** Reads at most `maxBytes`. Returning from the loop early closes the connection. */
async function textOf(stream: Readable): Promise<Pick<Answer, 'body' | 'whole'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) return { body: Buffer.concat(chunks).toString('utf8'), whole: false };
  }
  return { body: Buffer.concat(chunks).toString('utf8'), whole: true };
}
