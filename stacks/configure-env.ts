import { badInput, messageOf, type Problem } from '../core/errors.ts';
import type { Readdress } from './configure.ts';

/** Environment files: `KEY=value` lines; `…_INTERVAL`, `…_TIMEOUT` and `…_DELAY` are milliseconds. */
export function configureEnv(file: string, text: string, factor: number, readdress: Readdress): string {
  const problems: Problem[] = [];
  const lines = text.split('\n').map((line, i) => {
    const [, key, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) {
      if (!/^\s*(#.*)?$/.test(line))
        problems.push({ where: `${file}:${i + 1}`, message: 'expected KEY=value' });
      return line;
    }
    const scaled = /_(INTERVAL|TIMEOUT|DELAY)$/.test(key) && /^\d+$/.test(value);
    if (scaled) return `${key}=${Math.max(1, Math.round(Number(value) / factor))}`;
    try {
      return `${key}=${readdress(value)}`;
    } catch (error) {
      problems.push({ where: `${file}:${i + 1}`, message: messageOf(error) });
      return line;
    }
  });
  if (problems.length > 0) throw badInput(...problems);
  return lines.join('\n');
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
