import { readFile, realpath } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import { serveHttp } from './http-server.ts';

/** Serves the project's runbooks under the URLs that the alerts link to. */
export interface RunbookServer extends AsyncDisposable {
  /** Base URL `http://127.0.0.1:<port>`; runbooks are at `/runbooks/<path>`. */
  readonly url: string;
  close(): Promise<void>;
}

const runbookPath = /^\/runbooks\/((?:[A-Za-z0-9][\w.-]*\/)*[A-Za-z0-9][\w.-]*?)(?:\.md)?$/;

/**
 * Serves `<dir>/<path>.md` as `GET /runbooks/<path>`, in Markdown. Everything else is 404, including
 * files outside of `dir`.
 *
 * @throws FiredrillError as `serveHttp` does.
 */
export async function openRunbooks(options: { dir: string; port?: number }): Promise<RunbookServer> {
  const { dir } = options;
  const server = await serveHttp('runbooks', options, (request, response) => {
    void serve(dir, request, response);
  });
  return { url: server.url, close: () => server.close(), [Symbol.asyncDispose]: () => server.close() };
}

async function serve(dir: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = (status: number, body: string, type = 'text/plain') =>
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(body);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    text(405, 'only GET and HEAD are answered\n');
    return;
  }
  const runbook = await read(dir, (request.url ?? '').replace(/[?#].*$/s, ''));
  if (runbook === undefined) text(404, 'no such runbook\n');
  else text(200, runbook, 'text/markdown');
}

/** Names have no slash, no leading dot and no encoded characters. A symbolic link must not lead outside of `dir`. */
async function read(dir: string, path: string): Promise<string | undefined> {
  const [, name] = runbookPath.exec(path) ?? [];
  if (name === undefined) return undefined;
  try {
    const root = await realpath(dir);
    const file = await realpath(join(root, `${name}.md`));
    return file.startsWith(root + sep) ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
