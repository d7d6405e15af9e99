import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';

export type { AxiosRequestConfig as HttpRequest, AxiosResponse as HttpAnswer } from 'axios';

/** A client that takes an answer of any status; it throws only where there is none. */
export const httpClient = (options: CreateAxiosDefaults = {}): AxiosInstance =>
  axios.create({ validateStatus: () => true, ...options });

/** Asks what runs on this machine; a proxy for the internet cannot reach our loopback. */
export const localClient = httpClient({ proxy: false });

/** Status of the answer to a GET of something on this machine. @throws Error when there is none within that time. */
export const statusOf = async (url: string, withinMs: number, signal: AbortSignal): Promise<number> =>
  (await localClient.get(url, { timeout: withinMs, signal })).status;
