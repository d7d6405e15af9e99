import type { AlertEvidence, Page } from '../../../core/record.ts';
import { type HopStep, receiverTitle, subjectOf, waySteps } from '../../facts.ts';
import { alertsText, type Notified, type NotifiedFor, notified } from '../../notified.ts';
import { clipped, exactTime, relative, span } from '../../text.ts';
import { html, type Markup, type MarkupPart } from '../markup.ts';
import { type Drawn, type Frame, lane, px, width } from './frame.ts';

/** The alert's states: a thin line while inactive, a bar while pending or firing. */
export function stateLane(frame: Frame, alert: AlertEvidence, top: number): Drawn<MarkupPart> {
  const { x, from, to } = frame;
  const bars = (['pending', 'firing'] as const).flatMap((state) =>
    alert[state].map((s) => {
      const [x0, x1] = [px(x(Math.max(from, s.from))), px(x(Math.min(to, s.to)))];
      const wide = x1 - x0 > 54;
      return html`<g><title>${state} for ${span(s.to - s.from)}</title><rect class="${state}" x="${x0}" y="${top}" width="${Math.max(2, x1 - x0)}" height="22" rx="3"/>${wide && html`<text class="on-bar" x="${(x0 + x1) / 2}" y="${top + 15}" text-anchor="middle">${state}${x1 - x0 > 110 && ` ${span(s.to - s.from)}`}</text>`}</g>`;
    }),
  );
  const never =
    bars.length === 0 &&
    html`<text class="muted-text" x="${x(from) + 3}" y="${top + 7}">inactive throughout</text>`;
  const drawing = html`<g>${lane(top, clipped(alert.alert, 22), clipped(ownLabel(frame, alert), 26))}<line class="inactive" x1="${x(from)}" x2="${width - 14}" y1="${top + 11}" y2="${top + 11}"/>${bars}${never}</g>`;
  return { height: 34, drawing };
}

/** The first label by which the rule differs from another one of its name that is shown, e.g. `severity=page`. */
function ownLabel({ alerts }: Frame, { alert, rule }: AlertEvidence): string {
  const others = alerts.filter((one) => one.alert === alert);
  const [name, value] =
    Object.entries(rule?.labels ?? {}).find(([label, own]) =>
      others.some((other) => other.rule && other.rule.labels[label] !== own),
    ) ?? [];
  return name === undefined ? '' : `${name}=${value}`;
}

/** The numbered hops. Hops that are too close together are moved right, with a line to their position. */
export function hopLane(frame: Frame, alert: AlertEvidence, top: number): Drawn<MarkupPart> {
  const radius = 9;
  const steps = waySteps(frame.record, alert)
    .filter((s): s is HopStep & { at: number } => s.at !== undefined)
    .sort((a, b) => a.at - b.at || a.number - b.number);
  let last = Number.NEGATIVE_INFINITY;
  const spots = steps.map((step) => {
    last = Math.max(frame.x(step.at), last + 2 * radius + 2);
    return { step, at: px(frame.x(step.at)), shown: px(last) };
  });
  // Hops beyond the right edge are pushed back left, keeping their order.
  let limit = width - radius;
  for (const spot of spots.toReversed()) {
    spot.shown = px(Math.min(spot.shown, limit));
    limit = spot.shown - 2 * radius - 2;
  }
  const y = top + 22;
  const drawing = html`<g>${lane(top + 8, 'hops', 'as numbered above')}${spots.map(({ step, at, shown }) => hop(step, at, shown, top, y, radius))}</g>`;
  return { height: 48, drawing };
}

const hop = (step: HopStep, at: number, shown: number, top: number, y: number, radius: number): Markup =>
  html`<g class="hop"><title>${step.number} ${step.name} ${relative(step.sinceMs ?? 0)}</title><path d="M${at} ${top - 3}V${top + 4}L${shown} ${y - radius}"/><circle cx="${shown}" cy="${y}" r="${radius}"/><text x="${shown}" y="${y + 4}" text-anchor="middle">${step.number}</text></g>`;

/** `Webhook` for `the webhook`: the title as a heading. */
const headingOf = (receiver: Page['receiver']): string =>
  receiverTitle(receiver).replace(/^the (.)/, (_, first: string) => first.toUpperCase());

/** The pages at one receiver, and their time since the first hit. */
export function receiverLane(frame: Frame, receiver: Page['receiver'], top: number): Drawn<MarkupPart> {
  const { record, x, from, deadline } = frame;
  const received = record.pages.filter((p) => p.receiver === receiver);
  const sent = notified(record).filter((one) => one.receiver === receiver);
  const hit = record.faultWindow?.firstHitAt;
  const expected = record.verdicts.filter(
    (v) => subjectOf(v).receiver === receiver && subjectOf(v).check === 'arrives',
  );
  const missing = expected.find((v) => v.outcome === 'fail' && v.measuredMs === undefined);
  const first = received.find(
    (p) => p.status === 'firing' && expected.some((v) => subjectOf(v).alert === p.alert),
  );
  const y = top + 11;
  const drawing = html`<g>${lane(top, headingOf(receiver))}<line class="inactive" x1="${x(from)}" x2="${width - 14}" y1="${y}" y2="${y}"/>
${first && hit !== undefined && mttd(px(x(hit)), px(x(first.receivedAt)), y, first.receivedAt - hit)}
${sent.map((one) => mark(one, px(x(one.at)), y))}
${missing && deadline && html`<text class="missing" x="${px(x(deadline.at)) - 8}" y="${y + 4}" text-anchor="end">✗ no page by here</text>`}</g>`;
  return { height: 30, drawing };
}

const mttd = (x0: number, x1: number, y: number, ms: number) =>
  html`<path class="mttd" d="M${x0} ${y - 5}V${y + 5}M${x0} ${y}H${x1}"/>${x1 - x0 > 60 && html`<text class="mttd-text" x="${(x0 + x1) / 2}" y="${y - 4}" text-anchor="middle">${span(ms)}</text>`}`;

/** The mark of a notification, and how many alerts it lists if it groups several. */
function mark(sent: Notified, x: number, y: number): Markup {
  const { at, why, alerts, arrived, contactPoints } = sent;
  const through = contactPoints.length > 0 ? ` through ${contactPoints.join(' or ')}` : '';
  const title = `${why}: ${alertsText(sent)}${through}, ${exactTime(at)}${arrived ? '' : ', no message arrived'}`;
  const many =
    alerts.length > 1 && html`<text class="many" x="${x + 9}" y="${y - 3}">×${alerts.length}</text>`;
  return html`<g><title>${title}</title><path class="page-${why.replaceAll(' ', '-')}${!arrived && ' page-lost'}" d="${shapes[why](x, y)}"/>${many}</g>`;
}

type Shape = (x: number, y: number) => string;
const up: Shape = (x, y) => `M${x} ${y - 8}l8 15h-16z`;
const smallUp: Shape = (x, y) => `M${x} ${y - 5}l6 11h-12z`;

const shapes: Readonly<Record<NotifiedFor, Shape>> = {
  'first page': up,
  'fires again': up,
  escalation: (x, y) => `M${x} ${y - 9}l9 9l-9 9l-9 -9z`,
  repeat: smallUp,
  'group changed': (x, y) => `M${x - 6} ${y - 6}h12v12h-12z`,
  resolved: (x, y) => `M${x} ${y + 8}l8 -15h-16z`,
};

/** What each mark means, for the reader. */
export const legend =
  '▲ first page, △ repeat, □ the group changed, ◆ escalation, ▼ resolved; ×3: one notification that lists three alerts; a dashed mark: it was sent and no message arrived.';
