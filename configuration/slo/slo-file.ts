import { z } from 'zod';
import { burnRates, errorThreshold, objectiveOutOfReach } from '../../core/burn-rates.ts';
import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import type { Faulty } from '../../core/input-problems.ts';
import { type Path, pathText } from '../../core/path.ts';
import { parsePromql } from '../../core/promql/parse.ts';
import { anything, formProblems, isExplained, repeatedNames } from '../checked/strict-form.ts';
import { Place } from '../files/place.ts';
import { requireYaml } from '../files/read-yaml.ts';
import { map, maps, type Yaml } from '../files/yaml.ts';

/*
 * SLOs in the form of sloth, `prometheus/v1`:
 * https://pkg.go.dev/github.com/slok/sloth/pkg/prometheus/api/v1
 * sloth passes over keys that it does not know, so that a misspelt `page_alert` pages with the labels of nobody, and it
 * stops at its first fault. It takes an objective of 100, and does not ask whether an alert can fire.
 */

const labels = z.record(z.string(), z.string()).nullish();

const alert = z.strictObject({ disable: z.boolean().nullish(), labels, annotations: labels }).nullish();

/** Plugins that change the rules which sloth writes. They change neither the objective nor what it counts. */
const sloPlugins = z
  .strictObject({
    overridePrevious: z.boolean().nullish(),
    chain: z
      .array(z.strictObject({ id: z.string(), config: anything, priority: z.int().nullish() }))
      .nullish(),
  })
  .nullish();

const slo = z.strictObject({
  name: z.string(),
  description: z.string().nullish(),
  objective: z.number(),
  plugins: sloPlugins,
  labels,
  sli: z.strictObject({
    events: z.strictObject({ error_query: z.string(), total_query: z.string() }).nullish(),
    raw: z.strictObject({ error_ratio_query: z.string() }).nullish(),
    plugin: anything,
  }),
  alerting: z
    .strictObject({
      name: z.string().nullish(),
      labels,
      annotations: labels,
      page_alert: alert,
      ticket_alert: alert,
    })
    .nullish(),
});

const sloFile = z.strictObject({
  version: z.literal('prometheus/v1'),
  service: z.string(),
  labels,
  slo_plugins: sloPlugins,
  slos: z.array(slo).min(1),
});

export type SloFile = z.infer<typeof sloFile>;

/**
 * Reads a file of SLOs.
 *
 * @param path of the configuration, e.g. `slos/shop.yaml`.
 * @throws FiredrillError `bad-input` with every problem of the file.
 */
export function readSloFile(path: string, source: string, place = new Place(path, source)): SloFile {
  const config = map(requireYaml(path, source, place).toJS());
  const problems = checkSloFile(place, config);
  if (problems.length > 0) throw badInput(...problems);
  return sloFile.parse(config);
}

/** Returns every problem of a file of SLOs. */
export function checkSloFile(file: Place, config: Yaml): Problem[] {
  const { problems, faulty } = formProblems(sloFile, config, file);
  const slos = maps(config.slos);
  return [
    ...problems,
    ...checkName(file.to('service'), config.service),
    ...slos.flatMap((one, i) => [
      ...checkName(file.to('slos', i, 'name'), one.name),
      ...checkObjective(file.to('slos', i, 'objective'), one),
      ...checkSli(file, ['slos', i, 'sli'], one.sli, faulty),
      ...checkAlerting(file, ['slos', i, 'alerting'], map(one.alerting), faulty),
    ]),
    ...repeatedNames(file.to('slos'), slos, 'the SLO'),
  ];
}

/** Names become part of the names of rule groups and of labels. */
function checkName(place: Place, name: unknown): Problem[] {
  if (typeof name !== 'string' || /^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$/.test(name)) return [];
  const expected =
    'expected at least two of letters, digits, ".", "_" and "-", with a letter or digit at both ends';
  return [place.problem(`"${name}" is no name for sloth; ${expected}`)];
}

/** The burn rates of the alerts that an SLO has. */
const burnRatesOf = (alerting: Yaml) =>
  burnRates.filter(({ severity }) => map(alerting[`${severity}_alert`]).disable !== true);

function checkObjective(place: Place, { objective, alerting }: Yaml): Problem[] {
  if (typeof objective !== 'number') return [];
  const asShare =
    objective > 0 && objective < 1 ? `; ${percent(100 * objective)} if ${objective} is meant as a share` : '';
  if (objective >= 100) {
    const message = `is ${objective} %, which leaves no error budget: every threshold is 0, and one failure fires every alert`;
    return [place.problem(message, 'use less than 100, e.g. 99.9')];
  }
  if (objective <= 0) {
    const message = `is ${objective} %: every request may fail, and no error ratio is above the threshold of any alert`;
    return [place.problem(message, 'use more than 0, e.g. 99.9')];
  }
  const never = burnRatesOf(map(alerting)).filter(
    ({ burnRate }) => errorThreshold(burnRate, objective / 100) >= 1,
  );
  const [fastest] = never;
  if (!fastest) return [];
  const told = never.map(
    ({ severity, burnRate }) =>
      `${severity} at ${burnRate}× (above ${percent(100 * errorThreshold(burnRate, objective / 100))} % errors)`,
  );
  const least = percent(100 * objectiveOutOfReach(fastest.burnRate));
  return [
    place.problem(
      `is ${objective} %, at which no outage reaches ${told.join(' and ')}: the alert would never fire for that`,
      `${fastest.burnRate}× needs an objective above ${least} %${asShare}; or set ${fastest.severity}_alert.disable: true`,
    ),
  ];
}

const percent = (value: number): string => String(Number(value.toFixed(2)));

const kinds = ['events', 'raw', 'plugin'];

function checkSli(file: Place, at: Path, written: unknown, faulty: readonly Faulty[]): Problem[] {
  const place = file.to(...at);
  const sli = map(written);
  const given = kinds.filter((kind) => (sli[kind] ?? undefined) !== undefined);
  if (given.includes('plugin')) {
    return [
      place
        .to('plugin')
        .problem(
          'is a plugin of sloth, and a drill does not load plugins: what it counts is not known',
          "write the plugin's query in its place, raw: { error_ratio_query: … }",
        ),
    ];
  }
  if (given.length === 0 && sli === written && !isExplained(faulty, at))
    return [place.problem('counts nothing; expected events or raw')];
  if (given.length > 1) return [place.problem('has both events and raw', 'leave one of them out')];
  const { error_query, total_query } = map(sli.events);
  const { error_ratio_query } = map(sli.raw);
  return [
    ...checkQuery(place.to('events', 'error_query'), error_query),
    ...checkQuery(place.to('events', 'total_query'), total_query),
    ...checkQuery(place.to('raw', 'error_ratio_query'), error_ratio_query),
    ...(typeof error_query === 'string' && error_query === total_query
      ? [place.to('events', 'error_query').problem('is the same as total_query, so every event is an error')]
      : []),
  ];
}

/** What sloth replaces by each window: 5m, 30m, 1h, 2h, 6h, 1d and 3d. */
const windowVariable = /\{\{ *\.window *\}\}/g;

function checkQuery(place: Place, query: unknown): Problem[] {
  if (typeof query !== 'string') return [];
  if (query.trim() === '') return [place.problem('must not be empty')];
  const filled = query.replace(windowVariable, '5m');
  if (filled === query) {
    const message = 'has no {{.window}}, so that every window of the alerts would be the same';
    return [place.problem(message, 'write the range as [{{.window}}]')];
  }
  try {
    parsePromql(filled);
    return [];
  } catch (error) {
    return [place.problem(messageOf(error))];
  }
}

function checkAlerting(file: Place, at: Path, alerting: Yaml, faulty: readonly Faulty[]): Problem[] {
  const [first] = burnRatesOf(alerting);
  if (!first || (alerting.name ?? '') !== '' || isExplained(faulty, at)) return [];
  if (faulty.some(({ meant }) => meant !== undefined && pathText(meant) === pathText(at))) return [];
  return [
    file
      .to(...at, 'name')
      .problem(
        'is missing: it is the name of the alerts',
        'name them, or set disable: true for page_alert and ticket_alert',
      ),
  ];
}
