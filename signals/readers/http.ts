import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { z } from 'zod';
import { broken, FiredrillError, messageOf } from '../../core/errors.ts';
import { type HttpRequest, type HttpResponse, httpClient } from '../../core/http.ts';

/** Time limit of a request, in milliseconds. On a busy machine a query of a few series may take seconds. */
const timeLimitMs = 10_000;

export type QueryParameters = Readonly<Record<string, string | number | boolean>>;

/** Requests to one component. Every error contains the request and the response. */
export interface HttpReader {
  /**
   * @param alsoTake statuses other than 2xx whose body is a valid response.
   * @throws FiredrillError `broken` if the response is not JSON that matches the schema.
   */
  json<T>(
    path: string,
    schema: z.ZodType<T>,
    params?: QueryParameters,
    alsoTake?: readonly number[],
  ): Promise<T>;
  /** As `json`, but `undefined` for a path that the component does not have. */
  jsonIfThere<T>(path: string, schema: z.ZodType<T>, params?: QueryParameters): Promise<T | undefined>;
  /** As `text`, but `undefined` for a path that the component does not have. */
  textIfThere(path: string, params?: QueryParameters, accept?: string): Promise<string | undefined>;
  text(path: string, params?: QueryParameters, accept?: string): Promise<string>;
  /** Sends JSON by POST. @returns the response body. */
  post(path: string, body: unknown): Promise<string>;
  /** Sends a DELETE request. */
  remove(path: string): Promise<void>;
  /** Sends bytes by POST. @param headers with the type and the encoding of the bytes. */
  postBytes(path: string, bytes: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void>;
  /** As `post`. @returns the cookies of the response, each as in its Set-Cookie header. */
  postForCookies(path: string, body: unknown): Promise<readonly string[]>;
}

/** Authentication of the harness at a component. */
export interface Identity {
  readonly headers?: Readonly<Record<string, string>>;
  readonly session?: HttpSession;
  readonly tls?: TlsFiles;
  /** Parameters of each query, for a reader of queries. */
  readonly parameters?: QueryParameters;
}

/** Contents of PEM files. */
export interface TlsFiles {
  /** The authority that the component's certificate must be of. Default: those that Node.js trusts. */
  readonly ca?: string;
  /** The harness' own certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** The name in the component's certificate. Default: the host of its address. */
  readonly servername?: string;
}

/** A cookie session with a component. */
export interface HttpSession {
  /** The cookie of a request. @throws FiredrillError `broken` if there is no session. */
  cookie(): Promise<string>;
  /** Called with the cookies of each response. */
  answered(cookies: readonly string[]): void;
  /** Called if the component rejects the session (401). */
  lost(): void;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The HTTP client of a component: it follows no redirect. */
export function clientOf(baseUrl: string, { headers, tls }: Pick<Identity, 'headers' | 'tls'>) {
  return httpClient({
    baseURL: baseUrl.replace(/\/+$/, ''),
    headers: { 'accept-encoding': 'identity', ...headers },
    // A drill sends many requests per second: new connections, compression and redirect handling would take most of its
    // processor time.
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true, ...tls }),
    maxRedirects: 0,
    decompress: false,
    // A proxy for the internet cannot reach the loopback interface. Components on other hosts may be behind the proxy.
    ...(loopback.has(new URL(baseUrl).hostname) ? { proxy: false as const } : {}),
    responseType: 'text',
    transformResponse: (body: string) => body,
  });
}

const cookiesOf = ({ headers }: HttpResponse): string[] => headers['set-cookie'] ?? [];

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isReset = (error: unknown): boolean => codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';

/** The status of the response that a reader's error reports; `undefined` if there was none. */
export const statusIn = (error: unknown): unknown => {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : undefined;
};

/** Whether a reader's error is a refused connection. */
export const isConnectionRefused = (error: unknown): boolean =>
  error instanceof Error && codeOf(error.cause) === 'ECONNREFUSED';

/** A redirect says nothing but where it leads. The path there may contain a secret. */
function answerText({ headers, data }: HttpResponse<string>): string {
  const { location } = headers as { location?: string };
  if (location === undefined) return firstLine(data);
  const host = URL.parse(location)?.host;
  return `a redirect${host === undefined ? '' : ` to ${host}`}, which is not followed`;
}

const isHtml = (body: string): boolean => /^\s*<(!doctype html|html)/i.test(body);

/** Whether a response says that there is no such path: by 404 or, as VictoriaMetrics does, by 400 and plain text. */
export const isNoSuchPath = ({ status, data }: Pick<HttpResponse<string>, 'status' | 'data'>): boolean =>
  status === 404 || (status === 400 && /^unsupported path/.test(data));

const firstLine = (body: string) => body.trim().split('\n', 1)[0]?.slice(0, 300) || '(empty)';

/**
 * Makes a reader for one component.
 *
 * @param where the component's name, for error messages.
 * @param signal aborts every request; its reason is thrown then.
 * @param identity authentication for every request; errors do not contain it.
 * @throws FiredrillError `broken` from each method if the component does not respond with 2xx.
 */
export function httpReader(
  where: string,
  baseUrl: string,
  signal: AbortSignal,
  { session, ...identity }: Identity = {},
): HttpReader {
  const client = clientOf(baseUrl, identity);

  /** @param alsoTake statuses other than 2xx that the caller handles. */
  async function ask(request: HttpRequest, alsoTake: readonly number[] = []) {
    signal.throwIfAborted();
    const asked = `${request.method ?? 'GET'} ${client.getUri(request)}`;
    const limit = AbortSignal.timeout(timeLimitMs);
    let response: HttpResponse<string>;
    const ends = AbortSignal.any([signal, limit]);
    const send = async () => {
      const cookie = session ? { cookie: await session.cookie() } : {};
      const received = await client.request<string>({
        ...request,
        headers: { ...request.headers, ...cookie },
        signal: ends,
      });
      session?.answered(cookiesOf(received));
      return received;
    };
    try {
      // A kept-alive connection may be closed just as it is reused, so GET requests are retried once.
      response = await send().catch((error: unknown) => {
        if (request.method !== undefined || !isReset(error)) throw error;
        return send();
      });
      if (session && response.status === 401) {
        session.lost();
        response = await send();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FiredrillError) throw error;
      const why = limit.aborted ? `no answer within ${timeLimitMs / 1000} s` : messageOf(error);
      // The error itself is not the cause, since it contains the request with credentials.
      throw broken(where, `${asked}: ${why}`, undefined, { code: codeOf(error) });
    }
    const taken = (response.status >= 200 && response.status <= 299) || alsoTake.includes(response.status);
    if (!taken) {
      const told = `${asked} answered ${response.status}: ${answerText(response)}`;
      throw broken(where, told, undefined, { status: response.status });
    }
    return response;
  }

  function read<T>(path: string, body: string, schema: z.ZodType<T>): T {
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      const what = isHtml(body) ? 'a web page, such as that of a login' : firstLine(body);
      throw broken(where, `GET ${path} did not respond with JSON: ${what}`);
    }
    const checked = schema.safeParse(parsed);
    if (checked.success) return checked.data;
    const problems = checked.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
    throw broken(where, `GET ${path} responded with JSON of an unexpected form: ${problems}`);
  }

  const get = (path: string, params: QueryParameters, accept: string, alsoTake?: readonly number[]) =>
    ask({ url: path, params, headers: { accept } }, alsoTake);
  /** The body; `undefined` if there is no such path. */
  async function bodyIfThere(path: string, params: QueryParameters, accept: string) {
    const response = await get(path, params, accept, [400, 404]);
    if (isNoSuchPath(response)) return undefined;
    if (response.status > 299)
      throw broken(where, `GET ${path} answered ${response.status}: ${answerText(response)}`);
    return response.data;
  }
  const json = 'application/json';
  const post = (path: string, body: unknown) =>
    ask({
      url: path,
      method: 'POST',
      headers: { accept: json, 'content-type': json },
      data: JSON.stringify(body),
    });
  return {
    json: async (path, schema, params = {}, alsoTake = []) =>
      read(path, (await get(path, params, json, alsoTake)).data, schema),
    jsonIfThere: async (path, schema, params = {}) => {
      const body = await bodyIfThere(path, params, json);
      return body === undefined ? undefined : read(path, body, schema);
    },
    textIfThere: (path, params = {}, accept = '*/*') => bodyIfThere(path, params, accept),
    text: async (path, params = {}, accept = '*/*') => (await get(path, params, accept)).data,
    post: async (path, body) => (await post(path, body)).data,
    remove: async (path) => void (await ask({ url: path, method: 'DELETE' })),
    postBytes: async (path, data, headers) =>
      void (await ask({ url: path, method: 'POST', headers: { ...headers }, data })),
    postForCookies: async (path, body) => cookiesOf(await post(path, body)),
  };
}
