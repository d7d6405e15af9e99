import { expectedPages } from '../../../core/expected-alerts.ts';
import type { DrillRecord } from '../../../core/record.ts';
import { leadAlert } from '../../facts.ts';
import { story } from '../../story.ts';
import { suppressed } from '../../suppressed.ts';
import { html, type Markup, type MarkupPart, scrolling, section } from '../markup.ts';
import { axis, faultBand } from './axis.ts';
import { type Drawn, type Frame, frameOf, px, width } from './frame.ts';
import { keptBackLanes } from './kept-back.ts';
import { hopLane, legend, receiverLane, stateLane } from './lanes.ts';
import { loadPanel, rulePanel } from './panels.ts';

/** The drill as a picture: load, the rule's value, the alert's states and hops, and the pages, on one time axis. */
export function timeline(record: DrillRecord): Markup | undefined {
  if (!record.faultWindow && (record.load?.seconds.length ?? 0) < 2) return undefined;
  const frame = frameOf(record);
  const lead = leadAlert(record);
  const receivers = [
    ...new Set([
      ...expectedPages(record.scenario.expectations).map((e) => e.receiver),
      ...record.pages.map((p) => p.receiver),
      ...(record.notifications ?? []).map(({ kind }) => kind),
    ]),
  ];
  const kept = suppressed(record);
  const others = kept.filter(({ alert }) => frame.alerts.every((known) => known.alert !== alert));
  const parts: ((top: number) => Drawn<MarkupPart>)[] = [
    (top) => loadPanel(frame, top),
    (top) => rulePanel(frame, lead, top),
    ...frame.alerts.flatMap((alert, i) => [
      (top: number) => stateLane(frame, alert, top),
      // An alert with several expectations has several lanes of its states.
      ...(frame.alerts.findIndex((other) => other.alert === alert.alert) === i
        ? keptBackLanes(
            frame,
            kept.filter((one) => one.alert === alert.alert),
          )
        : []),
    ]),
    ...(lead ? [(top: number) => hopLane(frame, lead, top)] : []),
    ...keptBackLanes(frame, others, true),
    ...(record.faultWindow ? receivers.map((r) => (top: number) => receiverLane(frame, r, top)) : []),
  ];
  let top = 56;
  const drawings = parts.map((part) => {
    const { height, drawing } = part(top);
    top += height;
    return drawing;
  });
  return section(
    'Timeline',
    scrolling(
      'Timeline of the drill',
      html`<svg viewBox="0 0 ${width} ${top + 26}" role="img" aria-labelledby="timeline-title timeline-desc"><title id="timeline-title">Timeline of the drill</title><desc id="timeline-desc">${story(record).join(' ')} The same times are in the tables below.</desc>
${faultBand(frame, top)}${deadlineLine(frame, top)}
${drawings}
${axis(frame, top)}</svg>`,
    ),
    html`<p class="note">Time since ${record.faultWindow ? 'the fault was injected' : 'the load began'}. ${record.faultWindow && ` Notifications: ${legend}`}${kept.length > 0 && ' A dashed bar: the alert fired and was not notified.'}</p>`,
  );
}

/** The text has a separate row, since the target may be within the fault. */
function deadlineLine({ deadline, x }: Frame, bottom: number): MarkupPart {
  if (!deadline) return undefined;
  const at = px(x(deadline.at));
  return html`<line class="target" x1="${at}" x2="${at}" y1="15" y2="${bottom}"/><text class="target-text" x="${at}" y="11" text-anchor="middle">${deadline.text}</text>`;
}
