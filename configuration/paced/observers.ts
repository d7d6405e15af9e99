import { hash } from 'node:crypto';
import { type Document, isMap, isSeq, type YAMLMap, YAMLSeq } from 'yaml';
import { type NotifierIdentity, observerKind, pathOfNotifier } from '../../core/notifier.ts';
import { alertmanagerKinds, kindOfAlertmanager, kindOfGrafana } from '../../core/receivers/receivers.ts';
import { UsedFiles } from '../files/files.ts';
import { isProvisioned } from '../files/grafana-folders.ts';
import { plainPath } from '../files/pairs.ts';
import { readYaml } from '../files/read-yaml.ts';

/*
 * Which alerts a message stands for is known by its manager alone: a message's template may show anything. So beside
 * each notifier of the configuration as used stands a webhook, which leads to the run's observer and gets the alerts of
 * every notification as data, at the same time and by the same settings.
 */

const comment = ' added by firedrill: tells the drill which alerts each notification stands for';

/**
 * The files of one component, each notifier with an observer beside it.
 *
 * @param files as used, by path.
 * @param url of the observer, as the component reaches it.
 */
export function withObservers(files: UsedFiles, url: string): UsedFiles {
  const texts = [...files.values()];
  // Several files, and several entries of one, may belong to one contact point.
  const counts = new Map<string, number>();
  return new UsedFiles(
    [...files].map(([file, text]) => {
      if (plainPath(file) === 'alertmanager/alertmanager.yml')
        return [file, inAlertmanager(file, text, url, texts)];
      const grafana = file.startsWith('grafana/') && isProvisioned(file) && text.includes('contactPoints');
      return [file, grafana ? inGrafana(file, text, url, counts) : text];
    }),
  );
}

/** A template file may define a default template anew. */
const definesDefaults = new RegExp(
  `\\{\\{-?\\s*define\\s+["\`](__|(${alertmanagerKinds.map(({ name }) => name).join('|')})\\.default\\.)`,
);

function inAlertmanager(file: string, text: string, url: string, all: readonly string[]): string {
  const document = readYaml(file, text);
  const redefined = all.some((other) => definesDefaults.test(other));
  // What all notifiers go through, a proxy say, is not for one that leads to this machine.
  const own = document.hasIn(['global', 'http_config']) ? { http_config: { follow_redirects: true } } : {};
  for (const receiver of mapsAt(document, 'receivers')) {
    const contactPoint = String(receiver.get('name'));
    const added = Object.keys(receiver.toJSON()).flatMap((key) => {
      const found = kindOfAlertmanager(key);
      if (!found) return [];
      const { sendsResolved, texts } = found.alertmanager;
      return mapsAt(receiver, key).map((entry, index) => {
        const template = redefined || texts.some((name) => entry.has(name)) ? 'own' : 'default';
        const notifier = { manager: 'prometheus', contactPoint, kind: found.name, index, template } as const;
        const sent = entry.get('send_resolved') ?? sendsResolved;
        return { url: url + pathOfNotifier(notifier), send_resolved: sent, ...own };
      });
    });
    append(document, receiver, `${observerKind}_configs`, added);
  }
  return document.toString({ lineWidth: 0 });
}

function inGrafana(file: string, text: string, url: string, counts: Map<string, number>): string {
  const document = readYaml(file, text);
  for (const point of mapsAt(document, 'contactPoints')) {
    const contactPoint = String(point.get('name'));
    const added = mapsAt(point, 'receivers').flatMap((receiver) => {
      const found = kindOfGrafana(receiver.get('type'));
      if (!found) return [];
      const { name: kind, grafana } = found;
      const counted = JSON.stringify([contactPoint, kind]);
      const index = counts.get(counted) ?? 0;
      counts.set(counted, index + 1);
      const settings = receiver.get('settings');
      const written = isMap(settings) && grafana.texts.some((name) => settings.has(name));
      const template = written ? 'own' : 'default';
      const notifier: NotifierIdentity = { manager: 'grafana', contactPoint, kind, index, template };
      return {
        uid: `firedrill-${hash('sha256', JSON.stringify(notifier)).slice(0, 24)}`,
        type: observerKind,
        disableResolveMessage: receiver.get('disableResolveMessage') ?? false,
        // Grafana would put something else in place of a `$`.
        settings: { url: (url + pathOfNotifier(notifier)).replaceAll('$', '$$$$') },
      };
    });
    append(document, point, 'receivers', added);
  }
  return document.toString({ lineWidth: 0 });
}

/** The maps in the list at a key; none where there is no list. */
function mapsAt(parent: Document | YAMLMap, key: string): YAMLMap[] {
  const found = parent.get(key);
  return isSeq(found) ? found.items.filter((item) => isMap(item)) : [];
}

/** Adds entries to the list at a key, which may be absent. */
function append(document: Document, parent: YAMLMap, key: string, entries: readonly object[]): void {
  if (entries.length === 0) return;
  if (!isSeq(parent.get(key))) parent.set(key, new YAMLSeq(document.schema));
  entries.forEach((entry, i) => {
    const node = document.createNode(entry);
    if (i === 0) node.commentBefore = comment;
    parent.addIn([key], node);
  });
}
