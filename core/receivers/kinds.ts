/** The kinds of receiver, each under the name that scenarios and records know it by. A new one is added here, and nowhere else. */
export { pagerduty } from './pagerduty.ts';
export { slack } from './slack.ts';
export { telegram } from './telegram.ts';
export { webhook } from './webhook.ts';
