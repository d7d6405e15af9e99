import { hasLabels } from '../../../core/labels.ts';
import type { Budget, DrillRecord } from '../../../core/record.ts';
import { type BudgetCondition, budgetsOf, conditionsOf, percent, summaryOf } from '../../budgets.ts';
import { originOf } from '../../facts.ts';
import { faultWords } from '../../fault-words.ts';
import { relative } from '../../text.ts';
import { html, type Markup, type MarkupPart, scrolling, section, table } from '../markup.ts';
import { axis, faultBand } from '../timeline/axis.ts';
import { type Drawn, type Frame, frameOf, width } from '../timeline/frame.ts';
import { stateLane } from '../timeline/lanes.ts';
import { conditionPanel, remainingPanel } from './panels.ts';

/** For each alert on burn rates: the error ratio over each window against its threshold, and what is left of the budget. */
export function budgets(record: DrillRecord): Markup[] {
  const frame = frameOf(record);
  return budgetsOf(record).map((budget) =>
    section(
      titleOf(budget),
      html`<p class="note">${explanation(budget)}</p>`,
      picture(frame, budget),
      table(
        'The error ratio over each window',
        ['Window', 'Threshold', 'Highest ratio', `Above it (${faultWords(record).since.toLowerCase()})`],
        conditionsOf(budget).flatMap(({ windows }) =>
          windows.map((one) => [
            one.window,
            percent(one.threshold),
            percentOf(summaryOf(one).highest),
            aboveText(record, one),
          ]),
        ),
      ),
    ),
  );
}

const percentOf = (share: number | undefined): string => (share === undefined ? 'no value' : percent(share));

function titleOf({ alert, labels, slo }: Budget): string {
  const severity = labels.severity === undefined ? '' : ` (${labels.severity})`;
  return `Error budget${slo === undefined ? '' : ` of ${slo}`}: ${alert}${severity}`;
}

function explanation(budget: Budget): string {
  const { objective, remaining } = budget;
  const allowed =
    objective === undefined
      ? ''
      : `The objective is ${percent(objective)}, so ${percent(1 - objective)} of the events may fail. `;
  const conditions = conditionsOf(budget);
  const many = conditions.length > 1;
  const { burnRate } = conditions[0] ?? {};
  const speed =
    burnRate === undefined
      ? ''
      : `At a burn rate of ${burnRate} the budget is spent ${burnRate} times as fast as the objective allows. `;
  const left = remaining ? ' The last curve is the share of the error budget that is left.' : '';
  return (
    `${allowed}${speed}Each curve is the share of failed events over one window. The alert is true while ` +
    `every curve of ${many ? 'one of the panels' : 'the panel'} is above its threshold.${left} ` +
    'Windows are named as in the rule. Up to the threshold the scale is linear, above it logarithmic.'
  );
}

function aboveText(record: DrillRecord, window: Budget['windows'][number]): string {
  const { aboveFrom, aboveUntil } = summaryOf(window);
  if (aboveFrom === undefined) return 'never';
  const since = (at: number) => relative(at - originOf(record));
  return `${since(aboveFrom)} to ${aboveUntil === undefined ? 'the end' : since(aboveUntil)}`;
}

function picture(frame: Frame, budget: Budget): Markup {
  const { remaining } = budget;
  const own = frame.alerts.find(
    ({ alert, rule }) => alert === budget.alert && hasLabels(rule?.labels ?? {}, budget.labels),
  );
  const parts: ((top: number) => Drawn<MarkupPart>)[] = [
    ...conditionsOf(budget).map(
      (condition: BudgetCondition) => (top: number) => conditionPanel(frame, condition, top),
    ),
    ...(remaining ? [(top: number) => remainingPanel(frame, remaining, top)] : []),
    ...(own ? [(top: number) => stateLane(frame, own, top)] : []),
  ];
  let top = 56;
  const drawings = parts.map((part) => {
    const { height, drawing } = part(top);
    top += height;
    return drawing;
  });
  return scrolling(
    titleOf(budget),
    html`<svg viewBox="0 0 ${width} ${top + 26}" role="img" aria-label="${titleOf(budget)}: the error ratio over each window during the drill; the table below has its highest values">
${faultBand(frame, top)}
${drawings}
${axis(frame, top)}</svg>`,
  );
}
