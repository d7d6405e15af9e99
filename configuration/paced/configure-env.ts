import { messageOf, type Problem } from '../../core/errors.ts';
import type { Problems } from '../../core/problems.ts';
import { closestName, settingHint } from '../../core/similar-names.ts';
import { knownVariables } from './known-variables.ts';
import type { Paced, Source } from './source.ts';

const isDuration = (key: string): boolean => /_(INTERVAL|TIMEOUT|DELAY)$/.test(key);

/**
 * Environment files: `KEY=value` lines; `…_INTERVAL`, `…_TIMEOUT` and `…_DELAY` are milliseconds.
 *
 * @param problems gets every line that the SDK would pass over, and every address that cannot be.
 */
export function configureEnv(
  { text, place: { file } }: Source,
  { factor, rewriteAddresses }: Paced,
  problems: Problems,
): string {
  const lines = text.split('\n').map((line, i) => {
    const [, key, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      if (!/^\s*(#.*)?$/.test(line))
        problems.add({ where: `${file}:${i + 1}`, message: 'expected KEY=value' });
      return line;
    }
    problems.add(...passedOver(`${file}:${i + 1}`, key, value));
    if (isDuration(key) && /^\d+$/.test(value))
      return `${key}=${Math.max(1, Math.round(Number(value) / factor))}`;
    try {
      return `${key}=${rewriteAddresses(value)}`;
    } catch (error) {
      problems.add({ where: `${file}:${i + 1}`, message: messageOf(error) });
      return line;
    }
  });
  return lines.join('\n');
}

/** What the SDK would ignore without a word, and use its default instead. */
function passedOver(where: string, key: string, value: string): Problem[] {
  if (!knownVariables.includes(key)) {
    // Other variables may belong to another program, such as NODE_OPTIONS.
    if (!key.startsWith('OTEL_') && closestName(key, knownVariables) === undefined) return [];
    const message = `the OpenTelemetry SDK of the services knows no variable ${key} and would pass over it`;
    return [{ where, message, hint: settingHint(key, knownVariables) }];
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
