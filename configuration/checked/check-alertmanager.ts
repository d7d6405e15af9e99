import { z } from 'zod';
import { FiredrillError, type Problem } from '../../core/errors.ts';
import { Problems } from '../../core/problems.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { Place } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { list, map, maps, text, type Yaml } from '../files/yaml.ts';
import { parseMatchers } from '../routes/route-matcher.ts';
import { unreachableRoutes } from './check-reachable.ts';
import { anything, flat, formProblems, listOf, mapOf, needed, repeatedNames } from './strict-form.ts';

/*
 * The form of Alertmanager's file, without the settings of its notifiers, which amtool checks:
 * https://prometheus.io/docs/alerting/latest/configuration/
 * amtool checks the whole file, but stops at the first fault and does not suggest the key that was meant.
 */

const texts = listOf(flat);

const ofRoute = {
  receiver: flat,
  group_by: texts,
  match: mapOf(flat),
  match_re: mapOf(flat),
  matchers: texts,
  mute_time_intervals: texts,
  active_time_intervals: texts,
  continue: flat,
  group_wait: flat,
  group_interval: flat,
  repeat_interval: flat,
};
const route: z.ZodType = z.strictObject({
  ...ofRoute,
  get routes() {
    return listOf(route);
  },
});

/** The keys of the lists of notifiers of every version. */
export const knownNotifierKeys: readonly string[] =
  'discord email incidentio jira mattermost msteams msteamsv2 opsgenie pagerduty pushover rocketchat slack sns telegram victorops webex webhook wechat'
    .split(' ')
    .map((kind) => `${kind}_configs`);
const receiver = z.strictObject({
  name: needed,
  ...Object.fromEntries(knownNotifierKeys.map((key) => [key, anything])),
});

const intervals = listOf(z.strictObject({ name: needed, time_intervals: anything }));
const config = z.strictObject({
  global: anything,
  route: route.optional(),
  inhibit_rules: listOf(
    z.strictObject({
      source_match: mapOf(flat),
      source_match_re: mapOf(flat),
      source_matchers: texts,
      target_match: mapOf(flat),
      target_match_re: mapOf(flat),
      target_matchers: texts,
      equal: texts,
    }),
  ),
  receivers: listOf(receiver),
  templates: texts,
  mute_time_intervals: intervals,
  time_intervals: intervals,
});

/** Returns every fault in the file's form. Durations and addresses are checked when they are paced and rewritten. */
export function checkAlertmanager(file: Place, written: Yaml): readonly Problem[] {
  const problems = new Problems();
  problems.add(...formProblems(config, written, file).problems);
  const root = map(written.route);
  if (written.route === undefined)
    problems.add(file.to('route').problem('is missing', 'say to which receiver alerts go'));
  else if (text(root.receiver) === undefined)
    problems.add(
      file.to('route', 'receiver').problem('is missing: alerts that match no other route go there'),
    );
  problems.add(
    ...repeatedNames(file.to('receivers'), maps(written.receivers), 'the one'),
    ...routeProblems(file.to('route'), root, {
      receivers: namesOf(written.receivers),
      intervals: [...namesOf(written.time_intervals), ...namesOf(written.mute_time_intervals)],
    }),
    ...maps(written.inhibit_rules).flatMap((rule, i) =>
      ['source_matchers', 'target_matchers'].flatMap((key) =>
        matcherProblems(file.to('inhibit_rules', i, key), rule[key]),
      ),
    ),
    ...['global', 'receivers', 'route', 'inhibit_rules'].flatMap((key) =>
      placeholderProblems(file.to(key), written[key]),
    ),
    ...['route', 'inhibit_rules'].flatMap((key) => templateProblems(file.to(key), written[key])),
    ...['time_intervals', 'mute_time_intervals'].flatMap((key) => zoneProblems(file.to(key), written[key])),
  );
  if (problems.all.length === 0) problems.add(...unreachableRoutes(file.to('route'), root));
  return problems.all;
}

/**
 * Names of variables, which another program would have to replace: `${PD_SERVICE_KEY}`, `$PD_SERVICE_KEY`, `$(PD_SERVICE_KEY)`.
 * `${1}` and `$1` are groups of a regular expression.
 */
const variable = /\$\{[A-Za-z_]\w*(?::?-[^{}]*)?\}|^\$[A-Za-z_]\w*$|\$\([A-Za-z_]\w*\)/;

const placeholderProblems = (part: Place, written: unknown): Problem[] =>
  eachValue(written).flatMap(({ at, value }) => {
    const [found] = (typeof value === 'string' ? variable.exec(value) : undefined) ?? [];
    return found === undefined
      ? []
      : [
          part
            .to(...at)
            .problem(
              `Alertmanager expands no environment variables: it would send the text ${found} itself, which is no key, address or name`,
              'write the value, for a drill an invented one; in production fill the file in before Alertmanager reads it (and say `placeholders: filled` in firedrill.yaml), or keep the value in a file of its own (a setting that ends in _file)',
            ),
        ];
  });

/** What decides where an alert goes is compared as it is written, so that a matcher with a template in it matches nothing. */
const templateProblems = (part: Place, written: unknown): Problem[] =>
  eachValue(written).flatMap(({ at, value }) =>
    typeof value === 'string' && /\{\{.*\}\}/.test(value)
      ? [
          part
            .to(...at)
            .problem(
              'Alertmanager fills nothing into routes and inhibition: it would compare the text with its braces',
              'give the file that production makes of it',
            ),
        ]
      : [],
  );

/** amtool names the zone that there is not, but not its place. */
const zoneProblems = (part: Place, written: unknown): Problem[] =>
  maps(written).flatMap(({ time_intervals: intervals }, i) =>
    maps(intervals).flatMap(({ location }, n) => {
      if (location === undefined || location === null || location === 'Local') return [];
      const zone = String(location);
      return isZone(zone)
        ? []
        : [
            part
              .to(i, 'time_intervals', n, 'location')
              .problem(`there is no time zone "${zone}"`, nameHint(zone, knownZones())),
          ];
    }),
  );

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The zones with their newer names, which Node.js does not list. */
const knownZones = (): string[] => [...Intl.supportedValuesOf('timeZone'), ...newerZones, 'UTC', 'Local'];
const newerZones = ['Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Ho_Chi_Minh', 'Asia/Yangon', 'Europe/Kyiv'];

const namesOf = (entries: unknown): string[] => maps(entries).map(({ name }) => String(name));

interface Known {
  readonly receivers: readonly string[];
  readonly intervals: readonly string[];
}

function routeProblems(at: Place, one: Yaml, known: Known): Problem[] {
  const to = text(one.receiver);
  return [
    ...(to === undefined || known.receivers.includes(to)
      ? []
      : [at.to('receiver').problem(`there is no receiver "${to}"`, nameHint(to, known.receivers))]),
    ...['mute_time_intervals', 'active_time_intervals'].flatMap((key) =>
      list(one[key]).flatMap((name, i) =>
        known.intervals.includes(String(name))
          ? []
          : [
              at
                .to(key, i)
                .problem(
                  `there is no time interval "${String(name)}"`,
                  nameHint(String(name), known.intervals),
                ),
            ],
      ),
    ),
    ...matcherProblems(at.to('matchers'), one.matchers),
    ...maps(one.routes).flatMap((child, i) => routeProblems(at.to('routes', i), child, known)),
  ];
}

const matcherProblems = (at: Place, matchers: unknown): Problem[] =>
  list(matchers).flatMap((matcher, i) => {
    try {
      parseMatchers(String(matcher));
      return [];
    } catch (error) {
      if (!(error instanceof FiredrillError)) throw error;
      return error.problems.map(({ message, hint }) => at.to(i).problem(message, hint));
    }
  });
