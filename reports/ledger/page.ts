import { type Ledger, type LedgerAlert, ledgerStates, shareProven } from '../../core/ledger.ts';
import { receiverTitle } from '../facts.ts';
import { htmlDocument } from '../html/document.ts';
import { html, type Markup, type MarkupPart, section, table } from '../html/markup.ts';
import { count, dateTime } from '../text.ts';
import { floorsText, inOrder, mttdsText, provenText, shareText, stateMeanings, whyText } from './facts.ts';
import { ledgerStyle } from './style.ts';

/** ledger.html: every alert with what drills have proven of it. */
export function renderLedger(ledger: Ledger): string {
  const alerts = inOrder(ledger);
  return htmlDocument(`Ledger of ${ledger.system}: ${provenText(ledger)}`, ledgerStyle, [
    header(ledger),
    alerts.length > 0 && table_(alerts),
    causes(alerts),
  ]);
}

const pills = { failed: 'fail', stale: 'broken', 'never drilled': 'none', proven: 'pass' } as const;

const pill = (state: LedgerAlert['state']): Markup =>
  html`<span class="pill ${pills[state]}">${state}</span>`;

function header(ledger: Ledger): Markup {
  const { system, at, drills, alerts } = ledger;
  const share = shareProven(ledger);
  const shown = ledgerStates.filter((state) => alerts.some((one) => one.state === state)).toReversed();
  const counted = shown.map((state) => ({
    state,
    alerts: alerts.filter((one) => one.state === state).length,
  }));
  return html`<header class="${share === 1 ? 'pass' : ''}">
<p class="meta">Ledger of ${system} · ${dateTime(at)} · by ${count(drills, 'drill')}</p>
<h1>${provenText(ledger)}</h1>
<div class="share" role="img" aria-label="${counted.map((one) => `${one.alerts} ${one.state}`).join(', ')}">${counted.map(
    (one) => html`<span class="${pills[one.state]}" style="flex-grow: ${one.alerts}"></span>`,
  )}</div>
<dl class="states">${counted.map(
    (one) =>
      html`<div><dt>${pill(one.state)} <strong>${one.alerts}</strong> ${shareText(one.alerts / alerts.length)}</dt><dd>${stateMeanings[one.state]}</dd></div>`,
  )}</dl></header>\n`;
}

const table_ = (alerts: readonly LedgerAlert[]): Markup =>
  section(
    'Alerts',
    table(
      'Every alert with its state, its last drill, and its detection time beside the floor',
      ['Alert', 'State', 'Last drill', 'Scenario', 'Reached', 'MTTD', 'Floor (best / mean / worst)'],
      alerts.map((alert) => [nameCell(alert), stateCell(alert), ...drillCells(alert)]),
    ),
    html`<p class="note">MTTD: mean time to detect, from the first failed request to the page. Floor: the time that the configuration alone needs.</p>`,
  );

const nameCell = ({ alert, where, rule }: LedgerAlert): Markup =>
  html`<strong class="any">${alert}</strong><br><span class="muted any">${where}, group ${rule.group}</span>`;

function stateCell(alert: LedgerAlert): Markup {
  const why = whyText(alert);
  return html`${pill(alert.state)}${why !== '' && html`<br><span class="muted">${why}</span>`}`;
}

function drillCells(alert: LedgerAlert): MarkupPart[] {
  const { drill } = alert;
  if (!drill) return ['–', '–', '–', '–', '–'];
  const { at, scenario, stack, pace, pages } = drill;
  const on = [stack.name, stack.topology, ...stack.with, stack.runtime, `${pace} pace`].join(', ');
  return [
    html`${dateTime(at)}`,
    html`${scenario}<br><span class="muted">${on}</span>`,
    html`${pages.map(({ receiver, contactPoint }) => html`<span class="chip">${receiverTitle(receiver)}${contactPoint !== undefined && ` ${contactPoint}`}</span> `)}`,
    mttdsText(alert),
    html`${floorsText(alert)}`,
  ];
}

/** Why drills failed, by their autopsies. */
function causes(alerts: readonly LedgerAlert[]): MarkupPart {
  const failed = alerts.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return '';
  return section(
    'What failed',
    failed.map(({ alert, drill }) => {
      const lines = (drill?.pages ?? [])
        .filter(({ outcome }) => outcome === 'fail')
        .map(({ receiver, lostAt, cause, failed: checks }) =>
          lostAt === undefined
            ? `${receiverTitle(receiver)}: ${checks.join(', ')}`
            : `${receiverTitle(receiver)}: lost at “${lostAt}”: ${cause ?? ''}`,
        );
      return html`<h3 class="any">${alert}</h3><ul class="evidence">${lines.map((line) => html`<li>${line}</li>`)}</ul><p class="note">run <span class="id">${drill?.run}</span></p>`;
    }),
  );
}
