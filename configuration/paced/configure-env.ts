import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { nearestKey } from '../checked/nearest-key.ts';
import { knownVariables } from './known-variables.ts';
import type { RewriteAddresses } from './rewrite-addresses.ts';

const isDuration = (key: string): boolean => /_(INTERVAL|TIMEOUT|DELAY)$/.test(key);

/**
 * Environment files: `KEY=value` lines; `…_INTERVAL`, `…_TIMEOUT` and `…_DELAY` are milliseconds.
 *
 * @throws FiredrillError `bad-input` with every line that the SDK would pass over, and every address that cannot be.
 */
export function configureEnv(
  file: string,
  text: string,
  factor: number,
  rewriteAddresses: RewriteAddresses,
): string {
  const problems: Problem[] = [];
  const lines = text.split('\n').map((line, i) => {
    const [, key, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      if (!/^\s*(#.*)?$/.test(line))
        problems.push({ where: `${file}:${i + 1}`, message: 'expected KEY=value' });
      return line;
    }
    problems.push(...passedOver(`${file}:${i + 1}`, key, value));
    if (isDuration(key) && /^\d+$/.test(value))
      return `${key}=${Math.max(1, Math.round(Number(value) / factor))}`;
    try {
      return `${key}=${rewriteAddresses(value)}`;
    } catch (error) {
      problems.push({ where: `${file}:${i + 1}`, message: messageOf(error) });
      return line;
    }
  });
  if (problems.length > 0) throw badInput(...problems);
  return lines.join('\n');
}

/** What the SDK would ignore without a word, and use its default instead. */
function passedOver(where: string, key: string, value: string): Problem[] {
  if (!knownVariables.includes(key)) {
    const near = nearestKey(key, knownVariables);
    // What is not the SDK's may be of another program, such as NODE_OPTIONS.
    if (!key.startsWith('OTEL_') && near === undefined) return [];
    return [
      {
        where,
        message: `the OpenTelemetry SDK of the services knows no variable ${key} and would pass over it`,
        hint: near === undefined ? 'leave it out of the configuration for drills' : `did you mean ${near}?`,
      },
    ];
  }
  if (!isDuration(key) || /^\d*$/.test(value)) return [];
  const message = `expected milliseconds, such as 15000, instead of ${JSON.stringify(value)}: the SDK would take its default`;
  return [{ where, message }];
}

/** Reads `KEY=value` lines; empty lines and `#` comments are passed over. */
export const parseEnv = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => /^([A-Z0-9_]+)=(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, key, value]) => [key as string, value as string]),
  );
