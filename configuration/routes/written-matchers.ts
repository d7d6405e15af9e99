import { list, texts, type Yaml } from '../files/yaml.ts';
import { parseMatchers, type RouteMatcher } from './route-matcher.ts';

/**
 * The matchers of a route, or of one side of an inhibit rule, of the old form (`match`, `match_re`) and of the new one.
 *
 * @param side begins the keys of an inhibit rule.
 * @throws FiredrillError `bad-input` for an entry that is no matcher.
 */
export function writtenMatchers(of: Yaml, side: '' | 'source_' | 'target_' = ''): RouteMatcher[] {
  const listed = (key: string, operator: '=' | '=~') =>
    Object.entries(texts(of[side + key])).map(([label, value]) => ({ label, operator, value }));
  return [
    ...listed('match', '='),
    ...listed('match_re', '=~'),
    ...list(of[`${side}matchers`]).flatMap((text) => parseMatchers(String(text))),
  ];
}

/** A matcher as it is written in Alertmanager's file. */
export const matcherText = ({ label, operator, value }: RouteMatcher): string =>
  `${label}${operator}${JSON.stringify(value)}`;
