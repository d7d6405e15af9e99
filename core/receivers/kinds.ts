/*
 * The kinds of receiver, under their names in scenarios and records, which are also those in the managers' logs. To add
 * a kind, add a file beside this one and a line here.
 */
export { discord } from './discord.ts';
export { email } from './email.ts';
export { opsgenie } from './opsgenie.ts';
export { pagerduty } from './pagerduty.ts';
export { slack } from './slack.ts';
export { msteams, msteamsv2 } from './teams.ts';
export { telegram } from './telegram.ts';
export {
  alertmanager,
  dingding,
  googlechat,
  jira,
  kafka,
  line,
  pushover,
  rocketchat,
  sensugo,
  sns,
  threema,
  victorops,
  webex,
  wechat,
} from './unjudged.ts';
export { webhook } from './webhook.ts';
