import { broken } from '../../core/errors.ts';
import type { HttpReader, Session } from './http.ts';

const name = 'grafana_session';

/**
 * Signs in to Grafana once. A password that comes with each request is hashed at each, which takes Grafana some 10 ms of a
 * processor; a session is looked up.
 *
 * @param http without a session.
 */
export function grafanaSession(
  http: Pick<HttpReader, 'postForCookies'>,
  user: string,
  password: string,
): Session {
  let signedIn: Promise<string> | undefined;

  async function signIn(): Promise<string> {
    const value = sessionIn(await http.postForCookies('/login', { user, password }));
    if (value === undefined) throw broken('grafana', 'POST /login answered without a session');
    return value;
  }

  return {
    cookie: async () => {
      signedIn ??= signIn();
      try {
        return `${name}=${await signedIn}`;
      } catch (error) {
        signedIn = undefined;
        throw error;
      }
    },
    // Grafana replaces a session every ten minutes.
    answered: (cookies) => {
      const value = sessionIn(cookies);
      if (value !== undefined) signedIn = Promise.resolve(value);
    },
    lost: () => {
      signedIn = undefined;
    },
  };
}

/** The session that an answer sets; RFC 6265, Set-Cookie. */
const sessionIn = (cookies: readonly string[]): string | undefined =>
  cookies.flatMap((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1] ?? [])[0];
