/*
 * The kinds of receiver, under their names in scenarios and records, which are also those in the managers' logs. To add
 * a kind, add a file beside this one and a line here.
 */
export { pagerduty } from './pagerduty.ts';
export { slack } from './slack.ts';
export { telegram } from './telegram.ts';
export { webhook } from './webhook.ts';
