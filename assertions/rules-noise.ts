import { switchAlert } from '../core/dead-mans-switch.ts';
import { humanDuration } from '../core/duration.ts';
import { tryRead } from '../core/errors.ts';
import { conditionsOf } from '../core/promql/conditions.ts';
import { uncomparedOperand } from '../core/promql/uncompared.ts';
import type { RuleNoise, Unjudged } from '../core/record.ts';

/*
 * Texts about an alert that was active or paged while nothing was broken.
 */

/** Whether the drill ended at the quiet gate only because rules were noisy. */
export const endedByNoise = ({ problem, quietGate, faultWindow, rules }: Unjudged): boolean =>
  !problem && !quietGate && !faultWindow && (rules?.noise.length ?? 0) > 0;

/** Sort key: states that page come first, and rules with a known expression before others. */
const severity = (one: RuleNoise): number =>
  ['firing', 'no data', 'error', 'other', 'pending', 'paged', 'held'].indexOf(one.state) +
  (one.query === '' ? 10 : 0);

export const mostSevereFirst = (noise: readonly RuleNoise[]): RuleNoise[] =>
  noise.toSorted((a, b) => severity(a) - severity(b));

/** `HighErrorRate (prometheus/rules/web.yml, group web)`. */
export const ruleText = ({
  name,
  file,
  group,
  manager,
}: Pick<RuleNoise, 'name' | 'file' | 'group' | 'manager'>): string => {
  if (file === '') return name;
  // Prometheus reports the path of the run's copy. It ends with the path in the configuration.
  const shown =
    manager === 'grafana' ? `Grafana, folder ${file}` : file.replace(/^.*\/(?=(?:meta-)?prometheus\/)/, '');
  return `${name} (${shown}, group ${group})`;
};

const states: Readonly<Record<RuleNoise['state'], string>> = {
  firing: 'fires',
  pending: 'is pending',
  'no data': 'has no data',
  error: 'fails to evaluate',
  other: 'is active',
  held: 'is still held by its manager',
  paged: 'paged',
};

type Silence = Pick<Unjudged, 'deadMansSwitch'>;

/** Describes a noisy alert and the reason in one line. */
export const noiseLine = (one: RuleNoise, record: Silence): string =>
  `${ruleText(one)} ${states[one.state]} while nothing is broken: ${one.name === switchAlert ? silenceText(record) : reason(one)}`;

/** Why the dead-man's switch paged. */
function silenceText({ deadMansSwitch }: Silence): string {
  const { patienceMs = Number.NaN, pings = [], events = [] } = deadMansSwitch ?? {};
  const paged = events.find(({ action }) => action === 'trigger')?.at;
  const before = pings.filter((at) => paged === undefined || at <= paged);
  const gaps = before.slice(1).map((at, i) => at - (before[i] ?? at));
  const apart = gaps.length > 0 ? `, after pings up to ${humanDuration(Math.max(...gaps))} apart` : '';
  return `nothing pinged it for ${humanDuration(patienceMs)}${apart}: its patience must be longer than the Watchdog takes to come again`;
}

const routeOwnerTexts: Readonly<Record<NonNullable<RuleNoise['route']>, string>> = {
  expected: 'it fires all the time, and takes the route or the receiver of an alert that is expected',
  shared: 'it fires all the time, on a route that other alerts take too',
  default: 'it fires all the time, on the route of whatever has none',
};

function reason(one: RuleNoise): string {
  const { state, route, bool, comparison, versus, unread, noDataState, execErrState, isConstant, query } =
    one;
  if (route) return routeOwnerTexts[route];
  if (query === '') return 'no loaded rule of this name is known';
  if (state === 'no data') {
    const pages = noDataState ? ` and noDataState is ${noDataState}` : '';
    return `${noSeriesText(unread) || 'its query gives nothing'},${pages}${specialAlertText(noDataState, 'DatasourceNoData')}`;
  }
  if (state === 'error') {
    const pages = execErrState ? `, and execErrState is ${execErrState}` : '';
    return `${one.lastError || 'its query fails'}${pages}${specialAlertText(execErrState, 'DatasourceError')}`;
  }
  if (bool) {
    const was = bool.observed ? `, ${rangeText(bool.observed)} now` : '';
    return `its comparison \`${bool.operator} bool ${bool.right}\` gives 0 or 1 and drops nothing, so that the alert is true whatever the value${was}`;
  }
  // Grafana's queries may be in other languages.
  const operand = tryRead(() => uncomparedOperand(query));
  if (operand !== undefined)
    return `its value is ${one.value === undefined ? 'gone again' : round(one.value)}, and ${operand} is compared with nothing, because comparisons bind more tightly than \`or\`: it is true whenever this has a value`;
  if (comparison) {
    const { operator, threshold, observed } = comparison;
    const value = one.value === undefined ? observed && rangeText(observed) : String(round(one.value));
    const rest = unread.length > 0 ? `; ${noSeriesText(unread)}` : '';
    return `its value is ${value ?? 'gone again'}, and the threshold is ${operator} ${round(threshold)}${rest}`;
  }
  if (versus) {
    const { left, right, operator, expressions } = versus;
    return `its value is ${round(one.value ?? left)}, and it is compared with ${operator} ${oneLine(expressions.right)}, which is ${round(right)}`;
  }
  if (unread.length > 0) return noSeriesText(unread);
  if (isConstant) return 'its expression reads no series, and is always true';
  const missing = missingSeries(query);
  if (missing !== undefined)
    return `it is true while there is no ${oneLine(missing)}. Its series had not begun, or had a gap: a \`for\` longer than that keeps it quiet`;
  return 'its expression compares with no number: it is true whenever it has a value';
}

/** Returns the vector that must be absent for a PromQL expression to be true; `undefined` if it is true by values. */
const missingSeries = (query: string): string | undefined =>
  tryRead(
    () => conditionsOf(query).find(({ kind, parent }) => kind === 'absence' && parent === undefined)?.left,
  );

const specialAlertText = (state: string | undefined, alert: string): string =>
  state === 'NoData' || state === 'Error'
    ? `, which sends ${alert}`
    : state === 'Alerting'
      ? ', which sends the alert itself'
      : '';

const noSeriesText = (unread: RuleNoise['unread']): string =>
  unread.length === 0 ? '' : `no series answers to ${unread.map(({ text }) => text).join(', nor to ')}`;

/** Returns every known detail of a noisy alert, one line each. */
export function noiseEvidence(one: RuleNoise, record: Silence): string[] {
  const { query, bool, comparison, versus, unread, receivers, value, lastError, state } = one;
  return [
    noiseLine(one, record),
    ...(query ? [`  expression: ${oneLine(query)}`] : []),
    ...(value === undefined ? [] : [`  its value: ${round(value)}`]),
    ...(bool ? [`  ${oneLine(bool.left)} was ${rangeText(bool.observed)}`] : []),
    ...(comparison
      ? [
          `  ${oneLine(comparison.left)} was ${rangeText(comparison.observed)}; the threshold is ${comparison.operator} ${round(comparison.threshold)}`,
        ]
      : []),
    ...(versus
      ? [
          `  ${oneLine(versus.expressions.left)} was ${round(versus.left)}; it is compared with ${versus.operator} ${oneLine(versus.expressions.right)}, which was ${round(versus.right)}`,
        ]
      : []),
    ...unread.map(
      ({ text, nearest, labelsFound, metric }) =>
        `  ${text}: no series${nearest.length > 0 ? `; nearest existing metrics: ${nearest.join(', ')}` : labelsFound.length > 0 && metric ? `; ${metric} exists with other labels` : ''}`,
    ),
    ...(lastError && state !== 'error' ? [`  its last error: ${lastError}`] : []),
    ...(receivers.length > 0 ? [`  it has paged ${receivers.join(' and ')}`] : []),
  ];
}

const rangeText = (observed: { min: number; max: number } | undefined): string =>
  observed === undefined
    ? 'without a value'
    : observed.min === observed.max
      ? String(round(observed.min))
      : `${round(observed.min)} to ${round(observed.max)}`;

export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const round = (value: number) => Number(value.toPrecision(4));
