import { badInput, messageOf, type Problem } from '../core/errors.ts';
import type { Readdress } from './configure.ts';

/**
 * JSON files: addresses alone.
 *
 * @throws FiredrillError `bad-input` with every address that cannot be, or when it is no JSON.
 */
export function configureJson(file: string, text: string, readdress: Readdress): string {
  const problems: Problem[] = [];
  const change = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, i) => change(item, below(path, i)));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, change(item, below(path, key))]),
      );
    }
    if (typeof value !== 'string') return value;
    try {
      return readdress(value);
    } catch (error) {
      problems.push({ where: `${file}: ${path}`, message: messageOf(error) });
      return value;
    }
  };
  const used = change(read(file, text), '');
  if (problems.length > 0) throw badInput(...problems);
  return `${JSON.stringify(used, undefined, 2)}\n`;
}

const below = (path: string, key: string | number): string => (path === '' ? `${key}` : `${path}.${key}`);

function read(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput({ where: file, message: messageOf(error) });
  }
}
