import { z } from 'zod';
import { parseDuration } from '../../core/duration.ts';
import { badInput } from '../../core/errors.ts';
import { readInput } from '../../core/input-problems.ts';
import { within } from '../../core/path.ts';
import type { MissedRoute, Route } from '../../core/record.ts';
import { type RouteMatcher, satisfies } from './route-matcher.ts';
import { matcherText, writtenMatchers } from './written-matchers.ts';

/** A route that an alert takes, with the settings that it has inherited. */
export interface TakenRoute extends Omit<Route, 'groupBy'> {
  /** Labels by which alerts are grouped; `...` stands for all. */
  readonly groupBy: readonly string[];
  /** Names of times at which nothing is sent. Unlike the rest, a route does not inherit these. */
  readonly mutedAt: readonly string[];
  /** Names of times outside of which nothing is sent; none: always. Not inherited either. */
  readonly activeAt: readonly string[];
}

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === undefined) context.addIssue({ code: 'custom', message: `"${text}" is no duration` });
  return ms ?? 0;
});
const texts = z.record(z.string(), z.coerce.string());

/** Keys that do not decide where a page goes are left alone: Alertmanager itself checks its file. */
const routeSchema = z.object({
  receiver: z.string().optional(),
  group_by: z.array(z.string()).nullish(),
  group_wait: duration.nullish(),
  group_interval: duration.nullish(),
  repeat_interval: duration.nullish(),
  match: texts.nullish(),
  match_re: texts.nullish(),
  matchers: z.array(z.string()).nullish(),
  mute_time_intervals: z.array(z.string()).nullish(),
  active_time_intervals: z.array(z.string()).nullish(),
  continue: z.boolean().default(false),
  get routes() {
    return z.array(routeSchema).nullish();
  },
});
type ConfigRoute = z.output<typeof routeSchema>;
const treeSchema = z.object({ route: routeSchema.extend({ receiver: z.string() }) });

/** https://prometheus.io/docs/alerting/latest/configuration/#route */
const defaults = {
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 4 * 3_600_000,
  groupBy: [],
  path: [],
  mutedAt: [],
  activeAt: [],
};

/**
 * The routes that an alert takes through Alertmanager's routing tree: depth first, the first child that
 * matches unless it says `continue`, and a route itself when none of its children matches.
 *
 * @param config a parsed alertmanager.yml.
 * @param labels the alert's, with `alertname`.
 * @throws FiredrillError `bad-input` with every fault of the tree, and for a matcher that cannot be read.
 */
export function routeOf(config: unknown, labels: Readonly<Record<string, string>>): TakenRoute[] {
  const route = treeOf(config);
  return taken(route, { ...defaults, receiver: route.receiver }, labels) ?? [];
}

function treeOf(config: unknown): z.output<typeof treeSchema>['route'] {
  const read = readInput(treeSchema, config, within('alertmanager.yml'));
  if ('problems' in read) throw badInput(...read.problems);
  return read.value.route;
}

function taken(
  route: ConfigRoute,
  parent: TakenRoute,
  labels: Readonly<Record<string, string>>,
): TakenRoute[] | undefined {
  const matchers = writtenMatchers(route);
  if (!matchers.every((matcher) => satisfies(labels, matcher))) return undefined;
  const here: TakenRoute = {
    receiver: route.receiver || parent.receiver,
    groupWaitMs: route.group_wait ?? parent.groupWaitMs,
    groupIntervalMs: route.group_interval ?? parent.groupIntervalMs,
    repeatIntervalMs: route.repeat_interval ?? parent.repeatIntervalMs ?? defaults.repeatIntervalMs,
    groupBy: route.group_by ?? parent.groupBy,
    path: [...parent.path, textOf(matchers)],
    mutedAt: route.mute_time_intervals ?? [],
    activeAt: route.active_time_intervals ?? [],
  };
  const below: TakenRoute[] = [];
  for (const child of route.routes ?? []) {
    const found = taken(child, here, labels);
    below.push(...(found ?? []));
    if (found && !child.continue) break;
  }
  return below.length > 0 ? below : [here];
}

/**
 * The routes that an alert does not take, each with the matchers that it does not satisfy, or with the route that takes it
 * instead.
 *
 * @throws FiredrillError as `routeOf`.
 */
export function missedRoutes(config: unknown, labels: Readonly<Record<string, string>>): MissedRoute[] {
  const route = treeOf(config);
  return missed(route, { receiver: route.receiver, path: [], unmet: [] }, labels);
}

/** @param above the parent; it has a reason if the parent itself is missed, or another child of it takes the alert. */
function missed(
  route: ConfigRoute,
  above: MissedRoute,
  labels: Readonly<Record<string, string>>,
): MissedRoute[] {
  const isMet = (matcher: RouteMatcher) => satisfies(labels, matcher);
  const matchers = writtenMatchers(route);
  const own = matchers.filter((matcher) => !isMet(matcher));
  const here = {
    ...above,
    receiver: route.receiver || above.receiver,
    path: [...above.path, textOf(matchers)],
    unmet: above.unmet.length > 0 ? above.unmet : own,
  };
  const children = route.routes ?? [];
  const matching =
    here.unmet.length > 0 ? [] : children.filter((child) => writtenMatchers(child).every(isMet));
  const last = matching.find((child) => !child.continue);
  const lastAt = last ? children.indexOf(last) : children.length;
  const afterLast = last ? { takenBy: textOf(writtenMatchers(last)), ...here } : here;
  const below = children.flatMap((child, i) => missed(child, i > lastAt ? afterLast : here, labels));
  const [first] = matching;
  const self = first ? { takenBy: textOf(writtenMatchers(first)), ...here } : here;
  return self.unmet.length > 0 || self.takenBy !== undefined ? [self, ...below] : below;
}

const textOf = (matchers: RouteMatcher[]) => `{${matchers.map(matcherText).join(', ')}}`;
