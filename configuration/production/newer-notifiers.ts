import { isMap, isSeq, type YAMLMap, YAMLSeq } from 'yaml';
import { isProvisioned } from '../files/grafana-folders.ts';
import type { Adopting } from './adopting.ts';

/** Notifiers of newer versions of Alertmanager than the one that a drill runs, all of which send resolutions by default. */
const newerInAlertmanager = ['incidentio_configs', 'mattermost_configs'];

/** Contact points of newer versions of Grafana than the one that a drill runs. */
const newerInGrafana = ['jira', 'mqtt', 'oncall', 'sns'];

const why = (program: string): string =>
  `the ${program} of a drill is an older version, which has no such notifier; route and resolutions stay`;

/** Settings of newer versions of Alertmanager that change neither who is notified nor what the message says. */
const newerSettings: Readonly<Record<string, readonly string[]>> = {
  email_configs: ['force_implicit_tls', 'threading'],
  pushover_configs: ['monospace'],
  slack_configs: ['timeout', 'update_message'],
};

/**
 * Makes a webhook of each notifier that the Alertmanager of a drill does not know: its alerts arrive as data, and how its
 * own message would look is not known. Leaves out settings that it does not know.
 */
export function adoptNewerNotifiers(adopting: Adopting, main: string): void {
  adopting.change(main, (document, place) => {
    itemsOf(document.get('receivers')).forEach((receiver, i) => {
      for (const [kind, settings] of Object.entries(newerSettings))
        itemsOf(receiver.get(kind)).forEach((entry, n) => {
          for (const key of settings.filter((one) => entry.has(one))) {
            adopting.list(place.to('receivers', i, kind, n, key), {
              what: 'left out',
              why: 'the Alertmanager of a drill is an older version, which has no such setting',
            });
            entry.delete(key);
          }
        });
      for (const key of newerInAlertmanager) {
        const entries = itemsOf(receiver.get(key));
        entries.forEach((entry, n) => {
          const sent = entry.get('send_resolved');
          const webhook = {
            url: webhookFor(receiver.get('name'), key.replace('_configs', ''), n),
            ...(sent === undefined ? {} : { send_resolved: sent }),
          };
          if (!isSeq(receiver.get('webhook_configs')))
            receiver.set('webhook_configs', new YAMLSeq(document.schema));
          receiver.addIn(['webhook_configs'], document.createNode(webhook));
          const at = place.to('receivers', i, key, n);
          adopting.list(at, { what: 'a webhook in its place', why: why('Alertmanager') });
        });
        receiver.delete(key);
      }
    });
  });
}

/** The same of contact points that the Grafana of a drill does not know. */
export function adoptNewerContactPoints(adopting: Adopting): void {
  for (const path of adopting.pathsIn('grafana').filter(isProvisioned)) {
    adopting.change(path, (document, place) => {
      itemsOf(document.get('contactPoints')).forEach((point, i) => {
        itemsOf(point.get('receivers')).forEach((receiver, n) => {
          const type = String(receiver.get('type')).toLowerCase();
          if (!newerInGrafana.includes(type)) return;
          receiver.set('type', 'webhook');
          receiver.set('settings', document.createNode({ url: webhookFor(point.get('name'), type, n) }));
          receiver.delete('secureSettings');
          const at = place.to('contactPoints', i, 'receivers', n);
          adopting.list(at, { what: 'a webhook in its place', why: why('Grafana') });
        });
      });
    });
  }
}

/** Its path tells the notifiers apart; its host is replaced like that of any webhook. */
const webhookFor = (contactPoint: unknown, kind: string, index: number): string =>
  `https://newer.internal/${kind}/${encodeURIComponent(String(contactPoint))}/${index}`;

const itemsOf = (value: unknown): YAMLMap[] =>
  isSeq(value) ? value.items.filter((item) => isMap(item)) : [];
