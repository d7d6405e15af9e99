import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';

export type { AxiosRequestConfig as HttpRequest, AxiosResponse as HttpResponse } from 'axios';

/** An HTTP client that accepts a response of any status and throws only when there is none. */
export const httpClient = (options: CreateAxiosDefaults = {}): AxiosInstance =>
  axios.create({ validateStatus: () => true, ...options });

/** A client for this machine. It bypasses HTTP proxies, which cannot reach the loopback interface. */
export const localClient = httpClient({ proxy: false });

/** Status of the response to a GET on this machine. @throws Error when there is none within `withinMs`. */
export const statusOf = async (url: string, withinMs: number, signal: AbortSignal): Promise<number> =>
  (await localClient.get(url, { timeout: withinMs, signal })).status;
