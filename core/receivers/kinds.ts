/*
 * The kinds of receiver, each under the name that scenarios and records know it by, which is also the one in the managers'
 * logs. A new kind is a file beside this one and a line here.
 */
export { pagerduty } from './pagerduty.ts';
export { slack } from './slack.ts';
export { telegram } from './telegram.ts';
export { webhook } from './webhook.ts';
