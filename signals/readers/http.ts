import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { z } from 'zod';
import { broken, FiredrillError, messageOf } from '../../core/errors.ts';
import { type HttpRequest, type HttpResponse, httpClient } from '../../core/http.ts';

/** One request may take this long, in milliseconds; a component that needs longer is not fit to be asked. */
const timeLimitMs = 5_000;

export type Params = Readonly<Record<string, string | number | boolean>>;

/** Asks one component. Every error names what was asked and what came back. */
export interface HttpReader {
  /**
   * @param alsoTake statuses besides 2xx whose body is an answer to read, not an error.
   * @throws FiredrillError `broken` when the answer is no JSON of that form.
   */
  json<T>(path: string, schema: z.ZodType<T>, params?: Params, alsoTake?: readonly number[]): Promise<T>;
  /** The same, but `undefined` for what the component says is not there (404). */
  jsonIfThere<T>(path: string, schema: z.ZodType<T>, params?: Params): Promise<T | undefined>;
  text(path: string, params?: Params, accept?: string): Promise<string>;
  /** Sends JSON by POST. @returns the answer's body. */
  post(path: string, body: unknown): Promise<string>;
  /** The same. @returns the cookies that the answer sets, each as in its Set-Cookie header. */
  postForCookies(path: string, body: unknown): Promise<readonly string[]>;
}

/** What identifies the harness to a component. */
export interface Identity {
  readonly headers?: Readonly<Record<string, string>>;
  readonly session?: Session;
}

/** A session with a component, which is kept by a cookie. */
export interface Session {
  /** The cookie of a request. @throws FiredrillError `broken` when there is no session to be had. */
  cookie(): Promise<string>;
  /** Told of the cookies that an answer sets. */
  answered(cookies: readonly string[]): void;
  /** Told that the component does not know the session any more (401). */
  lost(): void;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

function clientOf(baseUrl: string, headers: Readonly<Record<string, string>>) {
  return httpClient({
    baseURL: baseUrl.replace(/\/+$/, ''),
    headers: { 'accept-encoding': 'identity', ...headers },
    // A drill asks its components many times a second: new connections, compression and the handling of redirects would
    // take more of the processor than all else that it does.
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
    maxRedirects: 0,
    decompress: false,
    // A proxy for the internet cannot reach our loopback; components of a running stack may be behind it.
    ...(loopback.has(new URL(baseUrl).hostname) ? { proxy: false as const } : {}),
    responseType: 'text',
    transformResponse: (body: string) => body,
  });
}

const cookiesOf = ({ headers }: HttpResponse): string[] => headers['set-cookie'] ?? [];

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

const isReset = (error: unknown): boolean => codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';

/** Whether a reader's error says that nothing listens where it asked. */
export const isRefused = (error: unknown): boolean =>
  error instanceof Error && codeOf(error.cause) === 'ECONNREFUSED';

const firstLine = (body: string) => body.trim().split('\n', 1)[0]?.slice(0, 300) || '(empty)';

/**
 * @param where the component's name, for errors.
 * @param signal ends every request; its reason is thrown then.
 * @param identity of every request; no error repeats it.
 * @throws FiredrillError `broken` from each method when the component does not answer, or not with 2xx.
 */
export function httpReader(
  where: string,
  baseUrl: string,
  signal: AbortSignal,
  { headers = {}, session }: Identity = {},
): HttpReader {
  const client = clientOf(baseUrl, headers);

  /** @param alsoTake statuses besides 2xx that the caller knows what to do with. */
  async function ask(request: HttpRequest, alsoTake: readonly number[] = []) {
    signal.throwIfAborted();
    const asked = `${request.method ?? 'GET'} ${client.getUri(request)}`;
    const limit = AbortSignal.timeout(timeLimitMs);
    let answer: HttpResponse<string>;
    const ends = AbortSignal.any([signal, limit]);
    const send = async () => {
      const cookie = session ? { cookie: await session.cookie() } : {};
      const got = await client.request<string>({
        ...request,
        headers: { ...request.headers, ...cookie },
        signal: ends,
      });
      session?.answered(cookiesOf(got));
      return got;
    };
    try {
      // The component may close a connection at the moment at which it is used again.
      answer = await send().catch((error: unknown) => {
        if (request.method !== undefined || !isReset(error)) throw error;
        return send();
      });
      if (session && answer.status === 401) {
        session.lost();
        answer = await send();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FiredrillError) throw error;
      const why = limit.aborted ? `no answer within ${timeLimitMs / 1000} s` : messageOf(error);
      // Not the error itself as the cause: it holds the request, credentials and all.
      throw broken(where, `${asked}: ${why}`, undefined, { code: codeOf(error) });
    }
    const taken = (answer.status >= 200 && answer.status <= 299) || alsoTake.includes(answer.status);
    if (!taken) throw broken(where, `${asked} answered ${answer.status}: ${firstLine(answer.data)}`);
    return answer;
  }

  function read<T>(path: string, body: string, schema: z.ZodType<T>): T {
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      throw broken(where, `GET ${path} answered no JSON: ${firstLine(body)}`);
    }
    const checked = schema.safeParse(parsed);
    if (checked.success) return checked.data;
    const problems = checked.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
    throw broken(where, `GET ${path} answered JSON of an unexpected form: ${problems}`);
  }

  const get = (path: string, params: Params, accept: string, alsoTake?: readonly number[]) =>
    ask({ url: path, params, headers: { accept } }, alsoTake);
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
      const { status, data } = await get(path, params, json, [404]);
      return status === 404 ? undefined : read(path, data, schema);
    },
    text: async (path, params = {}, accept = '*/*') => (await get(path, params, accept)).data,
    post: async (path, body) => (await post(path, body)).data,
    postForCookies: async (path, body) => cookiesOf(await post(path, body)),
  };
}
