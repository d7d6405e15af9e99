import { z } from 'zod';
import { broken } from '../../core/errors.ts';
import { httpReader } from '../readers/http.ts';

/** A matcher of a silence, as Alertmanager's API takes it. */
export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface NewSilence {
  readonly matchers: readonly SilenceMatcher[];
  /** Epoch milliseconds. */
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

export interface SilenceWriter {
  /** Makes a silence that begins now. @returns its id. */
  create(silence: NewSilence): Promise<string>;
  /** Ends a silence, which must still be in force. */
  expire(id: string): Promise<void>;
}

const created = z.object({ silenceID: z.string().min(1) });

/**
 * Writes silences by Alertmanager's API, version 2.
 *
 * @param signal aborts every request.
 * @throws FiredrillError `broken` from each method if Alertmanager does not respond, or responds with an error.
 */
export function silenceWriter(baseUrl: string, signal: AbortSignal): SilenceWriter {
  const http = httpReader('alertmanager', baseUrl, signal);
  return {
    create: async ({ endsAt, ...silence }) => {
      const times = { startsAt: new Date().toISOString(), endsAt: new Date(endsAt).toISOString() };
      const answer = await http.post('/api/v2/silences', { ...silence, ...times });
      const { success, data } = created.safeParse(JSON.parse(answer));
      if (!success) throw broken('alertmanager', `POST /api/v2/silences answered ${answer}`);
      return data.silenceID;
    },
    expire: (id) => http.remove(`/api/v2/silence/${id}`),
  };
}
