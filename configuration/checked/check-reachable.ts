import type { Problem } from '../../core/errors.ts';
import type { Place } from '../files/place.ts';
import { maps, type Yaml } from '../files/yaml.ts';
import { type RouteMatcher, satisfies } from '../routes/route-matcher.ts';
import { matcherText, writtenMatchers } from '../routes/written-matchers.ts';

/**
 * Returns the routes that no alert can reach, whatever its labels: a route above takes every alert that they match, or their
 * matchers contradict each other. Routes below them are not looked at.
 *
 * @param at the root route.
 * @throws FiredrillError `bad-input` for a matcher that cannot be read.
 */
export const unreachableRoutes = (at: Place, root: Yaml): Problem[] => below(at, root, []);

function below(at: Place, parent: Yaml, onTheWay: readonly RouteMatcher[]): Problem[] {
  const before: { readonly index: number; readonly matchers: readonly RouteMatcher[] }[] = [];
  return maps(parent.routes).flatMap((route, index) => {
    const own = writtenMatchers(route);
    const all = [...onTheWay, ...own];
    const here = at.to('routes', index);
    const contradiction = contradictionIn(all);
    const taker = before.find(({ matchers }) => matchers.every((matcher) => isImplied(matcher, all)));
    if (route.continue !== true) before.push({ index, matchers: own });
    if (contradiction) {
      const [one, other] = contradiction;
      const message = `no alert can reach this route: none satisfies ${matcherText(one)} and ${matcherText(other)}`;
      return [here.problem(message)];
    }
    if (taker) {
      const { line } = at.to('routes', taker.index);
      const message = `no alert can reach this route: ${line}, routes[${taker.index}], takes every alert that it matches`;
      return [here.problem(message, 'put it before that route, or let that route `continue: true`')];
    }
    return below(here, route, all);
  });
}

/** Whether every alert that satisfies all of these satisfies the matcher. */
function isImplied(matcher: RouteMatcher, all: readonly RouteMatcher[]): boolean {
  const isSame = (one: RouteMatcher) => matcherText(one) === matcherText(matcher);
  // A label that an alert lacks counts as empty, and this matches both.
  const takesAny = matcher.operator === '=~' && matcher.value === '.*';
  return takesAny || all.some((one) => isSame(one) || fixes(one, matcher) === true);
}

/** Two matchers that no alert satisfies both. */
const contradictionIn = (all: readonly RouteMatcher[]): readonly [RouteMatcher, RouteMatcher] | undefined => {
  for (const one of all) {
    const other = all.find((matcher) => fixes(one, matcher) === false);
    if (other) return [one, other];
  }
  return undefined;
};

/** Whether the value that a matcher demands satisfies another one; `undefined` if it does not decide. */
const fixes = ({ label, operator, value }: RouteMatcher, other: RouteMatcher): boolean | undefined =>
  operator === '=' && label === other.label ? satisfies({ [label]: value }, other) : undefined;
