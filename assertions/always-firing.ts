import type { AlwaysFiring, Page, Unjudged } from '../core/record.ts';
import { agree } from './pages.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether a label set is that of an alert which is to fire all the time, on a route of its own. */
export const isAlwaysFiring = ({ rules }: Pick<Unjudged, 'rules'>, labels: Labels): boolean =>
  (rules?.alwaysFiring ?? []).some((one) => isOfRule(one, labels));

const isOfRule = ({ name, labels: own }: AlwaysFiring, labels: Labels): boolean =>
  // What a rule sets by a template is known only of its alerts.
  labels.alertname === name &&
  agree(labels, Object.fromEntries(Object.entries(own).filter(([, value]) => !value.includes('{{'))));

/** Whether a page is of an alert that is to fire all the time, and came where that is routed. */
export const isAlwaysFiringPage = (record: Pick<Unjudged, 'rules'>, page: Page): boolean =>
  (record.rules?.alwaysFiring ?? []).some((one) => isPageOf(one, page));

/** Where it is not known through what a page came, it may have come through its own. */
export const isPageOf = (one: AlwaysFiring, page: Page): boolean =>
  isOfRule(one, { ...page.labels, alertname: page.alert }) &&
  (one.receiver === undefined || one.receiver === page.receiver) &&
  (page.contactPoints === undefined || page.contactPoints.some((name) => one.contactPoints.includes(name)));
