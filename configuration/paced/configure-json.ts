import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { nearestKey } from '../checked/nearest-key.ts';
import type { RewriteAddresses } from './rewrite-addresses.ts';

/** What toxiproxy reads of a proxy: https://github.com/Shopify/toxiproxy#populate */
const keysOfProxy = ['name', 'listen', 'upstream', 'enabled'];

/**
 * JSON files, which are toxiproxy's: addresses alone.
 *
 * @throws FiredrillError `bad-input` with every address that cannot be and every key that nobody reads, or when it is no JSON.
 */
export function configureJson(file: string, text: string, rewriteAddresses: RewriteAddresses): string {
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
      return rewriteAddresses(value);
    } catch (error) {
      problems.push({ where: `${file}: ${path}`, message: messageOf(error) });
      return value;
    }
  };
  const written = read(file, text);
  problems.push(...unknownKeys(file, written));
  const used = change(written, '');
  if (problems.length > 0) throw badInput(...problems);
  return `${JSON.stringify(used, undefined, 2)}\n`;
}

function unknownKeys(file: string, proxies: unknown): Problem[] {
  if (!Array.isArray(proxies)) return [{ where: file, message: 'expected a list of proxies' }];
  return proxies.flatMap((proxy: unknown, i) =>
    Object.keys(typeof proxy === 'object' && proxy !== null ? proxy : {})
      .filter((key) => !keysOfProxy.includes(key.toLowerCase()))
      .map((key) => {
        const near = nearestKey(key, keysOfProxy);
        return {
          where: `${file}: ${i}.${key}`,
          message: 'toxiproxy knows no such key and would pass over it',
          hint: near === undefined ? `known are ${keysOfProxy.join(', ')}` : `did you mean ${near}?`,
        };
      }),
  );
}

const below = (path: string, key: string | number): string => (path === '' ? `${key}` : `${path}.${key}`);

function read(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput({ where: file, message: messageOf(error) });
  }
}
