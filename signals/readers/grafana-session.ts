import { broken } from '../../core/errors.ts';
import type { HttpReader, HttpSession } from './http.ts';

const name = 'grafana_session';

/**
 * Signs in to Grafana once and uses a session. Basic authentication would hash the password for each request, which
 * takes Grafana some 10 ms of processor time.
 *
 * @param http a client without a session.
 */
export function grafanaSession(
  http: Pick<HttpReader, 'postForCookies'>,
  user: string,
  password: string,
): HttpSession {
  let signedIn: Promise<string> | undefined;

  async function signIn(): Promise<string> {
    const value = sessionIn(await http.postForCookies('/login', { user, password }));
    if (value === undefined) throw broken('grafana', 'POST /login responded without a session cookie');
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
    // Grafana rotates sessions every ten minutes.
    answered: (cookies) => {
      const value = sessionIn(cookies);
      if (value !== undefined) signedIn = Promise.resolve(value);
    },
    lost: () => {
      signedIn = undefined;
    },
  };
}

/** The session cookie of a response; RFC 6265, Set-Cookie. */
const sessionIn = (cookies: readonly string[]): string | undefined =>
  cookies.flatMap((cookie) => new RegExp(`^${name}=([^;]+)`).exec(cookie)?.[1] ?? [])[0];
