import type { DrillRecord, Floor } from '../../core/record.ts';
import { floorMeaning, floorText, waySteps } from '../facts.ts';
import { faultWords } from '../fault-words.ts';
import { historyText } from '../history-text.ts';
import { exactTime, relative, span } from '../text.ts';
import { evidenceLines, html, type Markup, type MarkupPart, section, table } from './markup.ts';

/** The past that Prometheus was given, which is told wherever floors are. */
function historyNote(record: DrillRecord): MarkupPart {
  const text = historyText(record);
  return text && html`<p class="note">${text}</p>`;
}

export function checks(record: DrillRecord): Markup | undefined {
  const { verdicts } = record;
  if (verdicts.length === 0) return undefined;
  const rows = verdicts.map((v) => [
    html`<strong class="pill ${v.outcome}">${v.outcome}</strong>`,
    html`<span class="any">${v.title}</span>`,
    span(v.targetMs),
    v.floor ? floorText(v.floor) : '–',
    span(v.measuredMs),
    html`<span class="any">${v.message}</span>${evidenceLines(v.evidence, (some) => some.map((line) => html`<br><span class="muted">${line}</span>`))}`,
  ]);
  const head = ['Verdict', 'Check', 'Target', 'Floor best / mean / worst', 'Measured', 'Evidence'];
  return section(
    'Checks',
    verdicts.some((v) => v.floor) && html`<p class="note">${floorMeaning}</p>`,
    table('What was expected and what was found', head, rows),
    historyNote(record),
  );
}

export const hops = (record: DrillRecord): Markup[] =>
  (record.evidence?.alerts ?? []).map((alert) =>
    section(
      `Hops of ${alert.alert}, with times`,
      table(
        'Each hop with its time and the component that knows it',
        ['', 'Hop', 'At (UTC)', faultWords(record).since, 'Took', 'Source'],
        waySteps(record, alert).map((s) => [
          s.number,
          s.name,
          s.at === undefined ? 'not reached' : exactTime(s.at),
          s.sinceMs === undefined ? '–' : relative(s.sinceMs),
          span(s.tookMs),
          html`<span class="any">${s.source}</span>${s.detail && html`<br><span class="muted">${s.detail}</span>`}`,
        ]),
      ),
    ),
  );

export const floors = (record: DrillRecord): Markup[] =>
  Object.entries(record.floors).map(([alert, { detect, resolve }]) =>
    section(
      `Floor of ${alert}`,
      html`<p class="note">The time that the configuration alone requires, before anything is slow or broken.</p>`,
      historyNote(record),
      html`<div class="pair">${floorTable('To detect', detect)}${floorTable('To resolve', resolve)}</div>`,
    ),
  );

const floorTable = (title: string, floor: Floor): Markup =>
  html`<div><h3>${title}</h3>${table(
    `${title}: terms of the floor`,
    ['Term', 'From', 'Best', 'Mean', 'Worst'],
    [
      ...floor.terms.map((t) => [t.name, t.source, span(t.best), span(t.mean), span(t.worst)]),
      ['total', '', floor.best, floor.mean, floor.worst].map(
        (cell) => html`<strong>${typeof cell === 'number' ? span(cell) : cell}</strong>`,
      ),
    ],
  )}${beyondPace(floor)}</div>`;

const beyondPace = ({ beyondPaceMs = 0 }: Floor): MarkupPart =>
  beyondPaceMs > 0 &&
  html`<p class="note">${span(beyondPaceMs)} of the worst case cannot be divided by the pace; this is added to targets.</p>`;

export const phases = ({ phases: all, startedAt }: DrillRecord): Markup =>
  section(
    'Phases',
    table(
      'The phases of the drill',
      ['Phase', 'Began after', 'Took', 'Outcome', ''],
      all.map((p) => [
        p.name,
        span(p.startedAt - startedAt),
        span(p.endedAt - p.startedAt),
        html`<span class="${p.outcome}">${p.outcome}</span>`,
        html`<span class="any">${p.detail}</span>`,
      ]),
    ),
  );

export function setup({ stack, versions, configuration }: DrillRecord): Markup {
  // Only containers have an image.
  const inContainers = stack.components.some(({ image }) => image);
  return section(
    'Stack',
    table(
      'Components of the stack',
      ['Component', 'Tool', 'Version', 'Address', 'Ready after', ...(inContainers ? ['Image'] : [])],
      stack.components.map((c) => [
        ...[c.name, c.tool, c.version, c.address, span(c.readyAfterMs)],
        ...(inContainers ? [imageCell(c)] : []),
      ]),
    ),
    html`<h3>Versions</h3><p>${Object.entries(versions).map(([name, version]) => html`<span class="chip">${name} ${version}</span> `)}</p>`,
    html`<h3>Configuration</h3>`,
    table(
      'Configuration files with their SHA-256',
      ['File', 'SHA-256'],
      configuration.map(({ file, sha256 }) => [file, html`<code>${sha256}</code>`]),
    ),
  );
}

const imageCell = ({ image }: DrillRecord['stack']['components'][number]): MarkupPart =>
  image
    ? html`<span class="any">${image.reference}</span><br><span class="muted">${image.source}, <code>${image.digest}</code></span>`
    : '–';
