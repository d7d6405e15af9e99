import type { DrillLine } from '../../core/drill-line.ts';
import type { Ledger } from '../../core/ledger.ts';
import { receiverTitle } from '../facts.ts';
import { htmlDocument } from '../html/document.ts';
import { html, type Markup, type MarkupPart, section, table } from '../html/markup.ts';
import { outcomeWords } from '../story.ts';
import { count, dateTime, span } from '../text.ts';
import { dayOf, heldChart, mttdChart } from './charts.ts';
import { provenText } from './facts.ts';
import { type Night, nightsOf, seriesOf } from './nights.ts';
import { ledgerStyle } from './style.ts';

export interface History {
  /** The oldest drill first. */
  readonly lines: readonly DrillLine[];
  /** Today's; absent: it could not be computed. */
  readonly ledger?: Ledger;
  /** Paths of reports from the page, by the run; others are not at hand any more. */
  readonly reports: ReadonlyMap<string, string>;
}

/** history.html: the nightly runs since the history began. */
export function renderHistory({ lines, ledger, reports }: History): string {
  const nights = nightsOf(lines);
  const title = `Nightly drills: ${count(nights.length, 'night')}, ${count(lines.length, 'drill')}`;
  return htmlDocument(title, ledgerStyle, [
    header(title, nights, ledger),
    mttds(lines, nights),
    flakes(nights),
    noise(nights),
    index(nights),
    [...nights].reverse().map((night) => runs(night, reports)),
  ]);
}

const isBroken = ({ outcome }: DrillLine) => outcome !== 'pass' && outcome !== 'fail';

function header(title: string, nights: readonly Night[], ledger: Ledger | undefined): Markup {
  const last = nights.at(-1);
  const outcome = last?.lines.every(({ outcome: one }) => one === 'pass') ? 'pass' : 'fail';
  return html`<header class="${last ? outcome : ''}"><div class="top"><div class="lead">
<p class="meta">${last ? `the last began ${dateTime(last.at)}` : 'no night yet'}</p>
<h1>${title}</h1>
${last && html`<p class="story">In the last night ${last.held} of ${count(last.judged, 'alert')} held in every drill.${ledger && html` By the files of today, ${provenText(ledger)}.`}</p>`}
</div>${nights.length > 0 && html`<figure>${heldChart(nights)}<figcaption class="note">alerts that held, of those judged, in each night</figcaption></figure>`}</div></header>\n`;
}

function mttds(lines: readonly DrillLine[], nights: readonly Night[]): MarkupPart {
  const all = seriesOf(lines);
  if (all.length === 0) return '';
  return section(
    'MTTD per alert',
    html`<p class="note">Each dot is the page of one drill, each cross a page that failed, at zero if it did not arrive. The band is the floor: the time that the configuration alone needs, from its best to its worst case; the line is its mean.</p>`,
    html`<div class="charts">${all.map(
      (series) =>
        html`<figure>${mttdChart(series, nights)}<figcaption><strong>${series.alert}</strong> at ${receiverTitle(series.receiver)}<br><span class="muted">${series.scenario} on ${series.on}: ${figures(series.pages.flatMap(({ page }) => page.mttdMs ?? []))}</span></figcaption></figure>`,
    )}</div>`,
  );
}

/** What the picture shows, for those who do not see it. */
const figures = (times: readonly number[]): string =>
  times.length === 0 ? 'no page arrived' : `${span(Math.min(...times))} to ${span(Math.max(...times))}`;

function flakes(nights: readonly Night[]): Markup {
  const rows = [...nights]
    .reverse()
    .flatMap((night) =>
      night.flakes.map(({ series, held, failed }) => [
        dayOf(night),
        html`<strong>${series.alert}</strong> at ${receiverTitle(series.receiver)}`,
        html`${series.scenario}<br><span class="muted">${series.on}</span>`,
        `${held} held, ${failed} failed`,
      ]),
    );
  return section(
    'Flakes',
    rows.length === 0
      ? html`<p>No page both held and failed in one night.</p>`
      : table('Pages that held and failed in one night', ['Night', 'Page', 'Scenario', 'Drills'], rows),
  );
}

function noise(nights: readonly Night[]): Markup {
  const rows = [...nights]
    .reverse()
    .flatMap((night) =>
      night.noise.map((one) => [
        dayOf(night),
        html`<strong>${one.alert}</strong>${one.receiver && html` at ${receiverTitle(one.receiver)}`}`,
        one.scenario,
        count(one.drills, 'drill'),
      ]),
    );
  return section(
    'Noise',
    rows.length === 0
      ? html`<p>No page came that nobody expected.</p>`
      : table('Pages that nobody expected', ['Night', 'Page', 'Scenario', 'In'], rows),
  );
}

function index(nights: readonly Night[]): Markup {
  return section(
    'Nights',
    table(
      'Every night with the outcomes of its drills',
      ['Night', 'Drills', 'Held', 'Failed', 'Broken', 'Alerts held', 'Flakes', 'Noise'],
      [...nights].reverse().map((night) => {
        const of = (is: (line: DrillLine) => boolean) => String(night.lines.filter(is).length);
        return [
          html`<a href="#${encodeURIComponent(night.name)}">${dateTime(night.at)}</a>`,
          String(night.lines.length),
          of(({ outcome }) => outcome === 'pass'),
          of(({ outcome }) => outcome === 'fail'),
          of(isBroken),
          `${night.held} of ${night.judged}`,
          String(night.flakes.length),
          String(night.noise.length),
        ];
      }),
    ),
  );
}

const pills = { pass: 'pass', fail: 'fail' } as const;

/** The drills of one night; of those whose reports are at hand with a link. */
function runs(night: Night, reports: ReadonlyMap<string, string>): Markup {
  const rows = night.lines.map((line) => {
    const path = reports.get(line.run);
    const { stack, pace, outcome } = line;
    const kind = outcome === 'pass' || outcome === 'fail' ? pills[outcome] : 'broken';
    const on = [stack.name, stack.topology, ...stack.with, stack.runtime, `${pace} pace`].join(', ');
    return [
      html`<span class="pill ${kind}">${outcomeWords[outcome]}</span>`,
      html`${line.scenario}<br><span class="muted">${on}</span>`,
      span(line.tookMs),
      html`<span class="id">${path === undefined ? line.run : html`<a href="${path}">${line.run}</a>`}</span>`,
    ];
  });
  return html`<section id="${encodeURIComponent(night.name)}"><h2>Night of ${dateTime(night.at)}</h2>${table(
    `Drills of the night of ${dayOf(night)}`,
    ['Outcome', 'Scenario', 'Took', 'Run'],
    rows,
  )}</section>\n`;
}
