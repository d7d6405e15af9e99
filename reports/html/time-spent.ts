import { scaleLinear } from 'd3-scale';
import { alertsWithEvidence } from '../../core/expected-alerts.ts';
import { floorFor } from '../../core/floor-for.ts';
import type { AlertEvidence, DrillRecord, Floor } from '../../core/record.ts';
import { isArrival, isFiringHop, subjectOf, waySteps } from '../facts.ts';
import { span } from '../text.ts';
import { hopClass, hopForTerm } from './hop-colours.ts';
import { html, type Markup, scrolling, section, table } from './markup.ts';
import { timeTicks } from './timeline/frame.ts';

interface Segment {
  readonly label: string;
  readonly ms: number;
  readonly colour: string;
}

const width = 1120;
const left = 120;

/** The time to page is measured from the first request hit. */
const beforeCounting: readonly string[] = ['fault injected', 'first request hit'];

/** How the time to page was spent: the measured hops, above the floor from the configuration. */
export function timeSpent(record: DrillRecord, alert: AlertEvidence): Markup | undefined {
  const steps = waySteps(record, alert).filter(
    (s) => isFiringHop(s.name) && !beforeCounting.includes(s.name),
  );
  const measured = steps.flatMap((s) =>
    s.tookMs === undefined ? [] : [{ label: s.name, ms: s.tookMs, colour: hopClass(s.name) }],
  );
  // Evidence is in the order of the expectations.
  const expectations = alertsWithEvidence(record.scenario.expectations);
  const nth = expectations[record.evidence?.alerts.indexOf(alert) ?? -1];
  const expectation = nth?.alert === alert.alert ? nth : expectations.find((e) => e.alert === alert.alert);
  const floor = expectation && floorFor(record, expectation)?.detect;
  if (measured.length === 0) return undefined;
  const target = record.verdicts.find((v) => isArrival(v) && subjectOf(v).alert === alert.alert)?.targetMs;
  const complete = steps.at(-1)?.at !== undefined;
  return section(
    'Where the time went',
    scrolling('Where the time went', picture(measured, floor, target, complete)),
    table(
      'Time of each hop, measured and on average from the configuration alone',
      ['Hop', 'Measured', 'Floor (mean)', 'From'],
      steps.map(({ name, tookMs }) => {
        const terms = floor?.terms.filter((t) => hopForTerm(t.name) === name) ?? [];
        const mean = terms.reduce((sum, t) => sum + t.mean, 0);
        return [
          html`<span class="swatch ${hopClass(name)}" aria-hidden="true"></span>until ${name}`,
          tookMs === undefined ? 'not reached' : span(tookMs),
          terms.length ? span(mean) : '–',
          terms.map((t) => t.name).join(', '),
        ];
      }),
    ),
  );
}

function picture(
  measured: Segment[],
  floor: Floor | undefined,
  target: number | undefined,
  complete: boolean,
) {
  const sum = (segments: readonly Segment[]) => segments.reduce((total, s) => total + s.ms, 0);
  const ends = [sum(measured), floor?.worst ?? 0, target ?? 0].filter(Number.isFinite);
  const x = scaleLinear([0, Math.max(...ends) * 1.06], [left, width - 12]);
  const terms = (floor?.terms ?? []).map((t) => ({
    label: t.name,
    ms: t.mean,
    colour: hopClass(hopForTerm(t.name)),
  }));
  const total = complete ? span(sum(measured)) : `${span(sum(measured))}, no page`;
  const shown = floor && Number.isFinite(floor.worst) ? floor : undefined;
  const height = shown ? 128 : 62;
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Measured ${total}${shown ? `; floor ${span(shown.best)} to ${span(shown.worst)}, on average ${span(shown.mean)}` : ''}">
${target !== undefined && html`<line class="target" x1="${x(target)}" x2="${x(target)}" y1="14" y2="${height - 18}"/><text class="target-text" x="${x(target)}" y="10" text-anchor="middle">target ${span(target)}</text>`}
${bar('measured', total, measured, x, 20)}
${shown && bar('floor, mean', span(shown.mean), terms, x, 62)}
${shown && range(shown, x)}
<g class="axis">${timeTicks(0, x.domain()[1] ?? 0).map((t) => html`<text x="${x(t)}" y="${height - 2}" text-anchor="middle">${span(t).replace(/^0 ms$/, '0')}</text>`)}</g>
</svg>`;
}

function bar(
  name: string,
  total: string,
  segments: readonly Segment[],
  x: (ms: number) => number,
  y: number,
) {
  let from = 0;
  const rects = segments.map(({ label, ms, colour }) => {
    const [x0, x1] = [x(from), x(from + ms)];
    from += ms;
    const text = `${label} ${span(ms)}`;
    const fits = x1 - x0 > text.length * 6.4 + 10;
    return html`<g><title>${text}</title><rect class="${colour}" x="${x0}" y="${y}" width="${Math.max(0, x1 - x0)}" height="26"/>${fits && html`<text class="on-bar" x="${(x0 + x1) / 2}" y="${y + 17}" text-anchor="middle">${text}</text>`}</g>`;
  });
  return html`<text class="lane" x="0" y="${y + 17}">${name}</text>${rects}<text class="total" x="${x(from) + 8}" y="${y + 17}">${total}</text>`;
}

/** The range between the best and the worst case of the floor. */
const range = ({ best, worst }: Floor, x: (ms: number) => number) =>
  html`<g class="range"><title>floor: ${span(best)} at best, ${span(worst)} at worst</title><line x1="${x(best)}" x2="${x(worst)}" y1="97" y2="97"/><line x1="${x(best)}" x2="${x(best)}" y1="92" y2="102"/><line x1="${x(worst)}" x2="${x(worst)}" y1="92" y2="102"/><text x="${x(best) - 8}" y="101" text-anchor="end">best ${span(best)}</text><text x="${x(worst) + 8}" y="101">worst ${span(worst)}</text></g>`;
