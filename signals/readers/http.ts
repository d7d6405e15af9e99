import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import type { z } from 'zod';
import { broken, messageOf } from '../../core/errors.ts';

/** One request may take this long, in milliseconds; a component that needs longer is not fit to be asked. */
const timeLimitMs = 5_000;

export type Params = Readonly<Record<string, string | number | boolean>>;

/** Asks one component by GET. Every error names what was asked and what came back. */
export interface HttpReader {
  /**
   * @param alsoTake statuses besides 2xx whose body is an answer to read, not an error.
   * @throws FiredrillError `broken` when the answer is no JSON of that form.
   */
  json<T>(path: string, schema: z.ZodType<T>, params?: Params, alsoTake?: readonly number[]): Promise<T>;
  text(path: string, params?: Params, accept?: string): Promise<string>;
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

function clientOf(baseUrl: string): AxiosInstance {
  return axios.create({
    baseURL: baseUrl.replace(/\/+$/, ''),
    // A pooled connection that the server closes meanwhile fails the next request with ECONNRESET; a new one
    // costs next to nothing on loopback.
    httpAgent: new HttpAgent({ keepAlive: false }),
    httpsAgent: new HttpsAgent({ keepAlive: false }),
    // A proxy for the internet cannot reach our loopback; components of a running stack may be behind it.
    ...(loopback.has(new URL(baseUrl).hostname) ? { proxy: false as const } : {}),
    responseType: 'text',
    transformResponse: (body: string) => body,
    validateStatus: () => true,
  });
}

const firstLine = (body: string) => body.trim().split('\n', 1)[0]?.slice(0, 300) || '(empty)';

/**
 * @param where the component's name, for errors.
 * @param signal ends every request; its reason is thrown then.
 * @throws FiredrillError `broken` from each method when the component does not answer, or not with 2xx.
 */
export function httpReader(where: string, baseUrl: string, signal: AbortSignal): HttpReader {
  const client = clientOf(baseUrl);

  async function ask(path: string, params: Params, accept: string, alsoTake: readonly number[]) {
    signal.throwIfAborted();
    const asked = `GET ${client.getUri({ url: path, params })}`;
    const limit = AbortSignal.timeout(timeLimitMs);
    let answer: AxiosResponse<string>;
    try {
      answer = await client.get<string>(path, {
        params,
        headers: { accept },
        signal: AbortSignal.any([signal, limit]),
      });
    } catch (error) {
      signal.throwIfAborted();
      const why = limit.aborted ? `no answer within ${timeLimitMs / 1000} s` : messageOf(error);
      throw broken(where, `${asked}: ${why}`, undefined, error);
    }
    const taken = (answer.status >= 200 && answer.status <= 299) || alsoTake.includes(answer.status);
    if (!taken) {
      throw broken(where, `${asked} answered ${answer.status}: ${firstLine(answer.data)}`);
    }
    return answer.data;
  }

  async function json<T>(
    path: string,
    schema: z.ZodType<T>,
    params: Params = {},
    alsoTake: readonly number[] = [],
  ): Promise<T> {
    const body = await ask(path, params, 'application/json', alsoTake);
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

  return { json, text: (path, params = {}, accept = '*/*') => ask(path, params, accept, []) };
}
