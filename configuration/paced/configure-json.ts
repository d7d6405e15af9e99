import { messageOf, type Problem } from '../../core/errors.ts';
import type { Path } from '../../core/path.ts';
import type { Problems } from '../../core/problems.ts';
import { nameHint } from '../../core/similar-names.ts';
import { parseJson } from '../files/parse-json.ts';
import type { Place } from '../files/place.ts';
import type { Paced, Source } from './source.ts';

/** What toxiproxy reads of a proxy: https://github.com/Shopify/toxiproxy#populate */
const keysOfProxy = ['name', 'listen', 'upstream', 'enabled'];

/**
 * JSON files, which are toxiproxy's: addresses alone.
 *
 * @param problems gets every address that cannot be and every key that nobody reads.
 * @returns `undefined` of what is no JSON.
 */
export function configureJson(
  { text, place }: Source,
  { rewriteAddresses }: Paced,
  problems: Problems,
): string | undefined {
  const change = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((item, i) => change(item, [...path, i]));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, change(item, [...path, key])]),
      );
    }
    if (typeof value !== 'string') return value;
    try {
      return rewriteAddresses(value);
    } catch (error) {
      problems.add(place.to(...path).problem(messageOf(error)));
      return value;
    }
  };
  const written = problems.read(() => parseJson(text, place));
  if (written === undefined) return undefined;
  problems.add(...proxyProblems(place, written));
  return `${JSON.stringify(change(written, []), undefined, 2)}\n`;
}

function proxyProblems(place: Place, proxies: unknown): Problem[] {
  if (!Array.isArray(proxies)) return [place.problem('expected a list of proxies')];
  return proxies.flatMap((proxy: unknown, i) => {
    const keys = Object.keys(typeof proxy === 'object' && proxy !== null ? proxy : {});
    return keys
      .filter((key) => !keysOfProxy.includes(key.toLowerCase()))
      .map((key) => {
        const message = 'toxiproxy knows no such key and would pass over it';
        return place.to(i, key).problem(message, nameHint(key, keysOfProxy));
      });
  });
}
