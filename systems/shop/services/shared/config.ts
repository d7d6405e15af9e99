export type Environment = Readonly<Record<string, string | undefined>>;

/** Every problem of the environment at once. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the environment has ${faults.length} fault(s): ${faults.join('; ')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Reads single variables. An invalid one gives a placeholder value, and `readConfig` throws at the end. */
export interface Reader {
  text(name: string, fallback: string): string;
  port(name: string): number;
  /** A whole number of milliseconds above 0. */
  milliseconds(name: string, fallback: number): number;
  url(name: string, ...protocols: string[]): string;
}

/**
 * Reads a service's configuration from its environment.
 *
 * @throws ConfigError with every problem.
 */
export function readConfig<T>(env: Environment, read: (from: Reader) => T): T {
  const faults: string[] = [];
  const whole = (name: string, given: string, least: number, most: number): number => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (value >= least && value <= most) return value;
    faults.push(`${name}=${given}: expected a whole number from ${least} to ${most}`);
    return least;
  };
  const required = (name: string): string | undefined => {
    const given = env[name];
    if (!given) faults.push(`${name} is not set`);
    return given || undefined;
  };
  const config = read({
    text: (name, fallback) => env[name] || fallback,
    port: (name) => {
      const given = required(name);
      return given === undefined ? 0 : whole(name, given, 0, 65_535);
    },
    milliseconds: (name, fallback) => whole(name, env[name] || String(fallback), 1, 600_000),
    url: (name, ...protocols) => {
      const given = required(name);
      if (given === undefined) return '';
      // The message does not contain the value: a database address contains a password.
      if (protocols.includes(URL.parse(given)?.protocol ?? '')) return given;
      faults.push(
        `${name}: expected an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      );
      return '';
    },
  });
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** The service's address: PORT (0 for a free one) and HOST (default: loopback). */
export const readListen = (from: Reader) => ({
  host: from.text('HOST', '127.0.0.1'),
  port: from.port('PORT'),
});
