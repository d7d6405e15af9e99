import { humanDuration } from '../../core/duration.ts';
import { tryRead } from '../../core/errors.ts';
import { rangesOf } from '../../core/promql/ranges-of.ts';
import { rawCounter } from '../../core/promql/raw-counter.ts';
import { needTwoSamples } from '../../core/promql/two-samples.ts';
import { uncomparedOperand } from '../../core/promql/uncompared.ts';
import type { WrittenFiles } from '../files/files.ts';
import { tryParse } from '../files/parse-yaml.ts';
import type { Place } from '../files/place.ts';
import { eachValue } from '../files/walk-yaml.ts';
import { map, maps, texts, type Yaml } from '../files/yaml.ts';
import { routeOf } from '../routes/route.ts';
import { satisfies } from '../routes/route-matcher.ts';
import { mutingTimes } from '../routes/time-intervals.ts';
import { writtenMatchers } from '../routes/written-matchers.ts';
import { isTemplate } from '../rules/choose-rule.ts';
import { placedRules } from '../rules/prometheus-rules.ts';
import { prometheusSettings } from '../rules/prometheus-settings.ts';
import { rulePlace } from '../rules/rule-place.ts';
import type { Finding, FindingKind } from './finding.ts';

const alertmanagerFile = 'alertmanager/alertmanager.yml';

interface AlertRule {
  readonly name: string;
  readonly rule: Yaml;
  readonly place: Place;
  /** Labels whose values are known before it fires. */
  readonly fixed: Readonly<Record<string, string>>;
}

/**
 * Findings in the files of Prometheus and Alertmanager. An expression, a matcher or a file that cannot be read has none: its
 * faults are told where the files are judged.
 */
export function lint(all: WrittenFiles): Finding[] {
  const files = all.withTexts(
    [...all].filter(([path, text]) => !inYaml.test(path) || tryParse(text) !== undefined),
  );
  const isWhole = files.size === all.size;
  const { externalLabels } = prometheusSettings(files);
  const alerts = placedRules(files).flatMap(({ rule, ...at }): AlertRule[] => {
    if (typeof rule.alert !== 'string') return [];
    const own = Object.entries(texts(rule.labels)).filter(([, value]) => !isTemplate(value));
    const fixed = { ...externalLabels, ...Object.fromEntries(own), alertname: rule.alert };
    return [{ name: rule.alert, rule, place: rulePlace(files, at), fixed }];
  });
  return [
    ...alerts.flatMap(withoutRunbook),
    ...alerts.flatMap(valueInLabel),
    ...alerts.flatMap(uncompared),
    ...alerts.flatMap(counterWithoutRate),
    ...shortWindows(files),
    // A file that cannot be read may have the annotation or the alert.
    ...(isWhole ? unusedAnnotations(files, alerts) : []),
    ...((isWhole ? tryRead(() => routes(files, alerts)) : undefined) ?? []),
  ];
}

const inYaml = /\.(ya?ml|json)$/;

const finding = (kind: FindingKind, place: Place, message: string, hint: string): Finding => ({
  kind,
  ...place.problem(message, hint),
});

function withoutRunbook({ name, rule, place }: AlertRule): Finding[] {
  const has = Object.entries(texts(rule.annotations)).some(
    ([key, value]) => /runbook/i.test(key) && value.trim() !== '',
  );
  return has
    ? []
    : [
        finding(
          'no-runbook',
          place,
          `${name} has no runbook`,
          'add the annotation runbook_url (or runbook) with a link that says what to do',
        ),
      ];
}

const showsValue = /\$value\b|\.Value\b/;

function valueInLabel({ name, rule, place }: AlertRule): Finding[] {
  return Object.entries(texts(rule.labels))
    .filter(([, value]) => showsValue.test(value))
    .map(([label]) =>
      finding(
        'value-in-label',
        place.to('labels', label),
        `the label ${label} of ${name} contains the value: each evaluation with another value is another alert, whose \`for\` begins anew`,
        'put the value into an annotation',
      ),
    );
}

/** A finding about the expression of an alert, if it has a part that `find` returns. */
function ofExpression(
  { name, rule, place }: AlertRule,
  kind: FindingKind,
  find: (expr: string) => string | undefined,
  says: (part: string, alert: string) => readonly [message: string, hint: string],
): Finding[] {
  const part = tryRead(() => find(String(rule.expr)));
  return part === undefined ? [] : [finding(kind, place.to('expr'), ...says(part, name))];
}

const uncompared = (rule: AlertRule): Finding[] =>
  ofExpression(rule, 'uncompared-operand', uncomparedOperand, (operand, alert) => [
    `${operand} is an operand of \`or\` and compared with nothing: ${alert} is true whenever it has a value`,
    'comparisons bind more tightly than `or`: put the `or` into parentheses, and compare that',
  ]);

const counterWithoutRate = (rule: AlertRule): Finding[] =>
  ofExpression(rule, 'raw-counter', rawCounter, (counter, alert) => [
    `${counter} is a counter by its name, and its own value is compared: once true, ${alert} stays true until the process restarts`,
    'compare its rate() or its increase()',
  ]);

function shortWindows(files: WrittenFiles): Finding[] {
  const { jobs, scrapeMs } = prometheusSettings(files);
  // Which job scrapes a metric is not known: the quickest one promises nothing that is not so.
  const everyMs = jobs.length > 0 ? Math.min(...jobs.map((job) => job.scrapeMs)) : scrapeMs;
  return placedRules(files).flatMap(({ rule, ...at }) =>
    (tryRead(() => rangesOf(String(rule.expr))) ?? [])
      .filter(({ function: called, windowMs }) => needTwoSamples.has(called) && windowMs < 2 * everyMs)
      .map(({ text }) =>
        finding(
          'short-window',
          rulePlace(files, at).to('expr'),
          `${text} is shorter than two scrapes of ${humanDuration(everyMs)}: it sometimes holds fewer than two samples, and then has no value`,
          'make it four scrapes long',
        ),
      ),
  );
}

/** Annotations that Go templates show, e.g. `.CommonAnnotations.summary` and `index .Annotations "summary"`. */
const annotation = /\.(?:Common)?Annotations(?:\.(\w+)|\s+"([^"]+)")/g;

function unusedAnnotations(files: WrittenFiles, alerts: readonly AlertRule[]): Finding[] {
  const known = new Set(alerts.flatMap(({ rule }) => Object.keys(map(rule.annotations))));
  const shown = [...files].flatMap(([path, text]): { at: Place; name: string }[] => {
    if (!path.startsWith('alertmanager/')) return [];
    const place = files.place(path);
    if (path !== alertmanagerFile) return namesIn(text).map((name) => ({ at: place, name }));
    return eachValue(files.yaml(path)).flatMap(({ at, value }) =>
      typeof value === 'string' ? namesIn(value).map((name) => ({ at: place.to(...at), name })) : [],
    );
  });
  return shown
    .filter(({ name }) => !known.has(name))
    .map(({ at, name }) =>
      finding(
        'unused-annotation',
        at,
        `it shows the annotation ${name}, which no alert of the rules has`,
        known.size > 0 ? `they have ${[...known].sort().join(', ')}` : 'the rules have no annotations',
      ),
    );
}

const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(annotation)].flatMap(([, plain, quoted]) => plain ?? quoted ?? [])),
];

function routes(files: WrittenFiles, alerts: readonly AlertRule[]): Finding[] {
  if (!files.has(alertmanagerFile)) return [];
  const config = files.yaml(alertmanagerFile);
  const root = files.place(alertmanagerFile).to('route');
  const tree = map(config.route);
  const hasRoutes = maps(tree.routes).length > 0;
  const untaken = alerts
    .filter(({ fixed }) => hasRoutes && routeOf(config, fixed).every(({ path }) => path.length <= 1))
    // A label of its series may decide.
    .filter(({ fixed }) => !mayTake(tree, fixed))
    .map(({ name, place }) =>
      finding(
        'default-route',
        place,
        `no route matches ${name}: it goes to the root's receiver ${String(tree.receiver)}`,
        'give it the labels that a route matches, or a route of its own',
      ),
    );
  return [
    ...untaken,
    ...alerts.flatMap((alert) => mutedCritical(config, alert)),
    ...(alerts.length > 0 ? unused(root, tree, alerts) : []),
  ];
}

/** Severities whose alerts are usually meant to page at any time. */
const highest = /^(?:critical|page|p1|p0|sev1|high|emergency)$/i;

function mutedCritical(config: Yaml, { name, fixed, place }: AlertRule): Finding[] {
  const severity = fixed.severity ?? fixed.priority ?? '';
  const each = highest.test(severity) ? routeOf(config, fixed).map(mutingTimes) : [];
  if (each.length === 0 || each.some((times) => times.length === 0)) return [];
  return [
    finding(
      'muted-critical',
      place,
      `${name}, of severity ${severity}, notifies nobody in ${[...new Set(each.flat())].join(' and ')}: its routes are muted then`,
      'send it by a route that is never muted, or give it a lower severity',
    ),
  ];
}

/** Whether an alert with these labels, and others that are not known, may match the route. */
const mayMatch = (route: Yaml, fixed: Readonly<Record<string, string>>): boolean =>
  writtenMatchers(route).every((matcher) => fixed[matcher.label] === undefined || satisfies(fixed, matcher));

/** Whether an alert may take a route below this one because of a label that is not known. */
const mayTake = (parent: Yaml, fixed: Readonly<Record<string, string>>): boolean =>
  maps(parent.routes).some((route) => mayMatch(route, fixed));

function unused(at: Place, parent: Yaml, alerts: readonly AlertRule[]): Finding[] {
  return maps(parent.routes).flatMap((route, index) => {
    const here = at.to('routes', index);
    const possible = alerts.filter(({ fixed }) => mayMatch(route, fixed));
    if (possible.length === 0)
      return [
        finding(
          'unused-route',
          here,
          'no alert of the rules can take this route: its matchers and their labels differ',
          'remove it, or mend its matchers',
        ),
      ];
    return unused(here, route, possible);
  });
}
