import { type Labels, labelsAgree, withoutTemplates } from '../core/labels.ts';
import type { AlwaysFiring, Page, Unjudged } from '../core/record.ts';

/** Whether these labels belong to an alert that is meant to fire all the time, on its own route. */
export const isAlwaysFiring = ({ rules }: Pick<Unjudged, 'rules'>, labels: Labels): boolean =>
  (rules?.alwaysFiring ?? []).some((one) => isOfRule(one, labels));

const isOfRule = ({ name, labels: own }: AlwaysFiring, labels: Labels): boolean =>
  labels.alertname === name && labelsAgree(labels, withoutTemplates(own));

/** Whether a page belongs to an alert that is meant to fire all the time, and came through that alert's contact point. */
export const isAlwaysFiringPage = (record: Pick<Unjudged, 'rules'>, page: Page): boolean =>
  (record.rules?.alwaysFiring ?? []).some((one) => isPageOf(one, page));

/** Whether a page belongs to this rule. A page without a known contact point may have come through the rule's. */
export const isPageOf = (one: AlwaysFiring, page: Page): boolean =>
  isOfRule(one, { ...page.labels, alertname: page.alert }) &&
  (one.receiver === undefined || one.receiver === page.receiver) &&
  (page.contactPoints === undefined || page.contactPoints.some((name) => one.contactPoints.includes(name)));
