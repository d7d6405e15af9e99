import { configuredAlerts } from '../../configuration/dependencies/configured-alerts.ts';
import { dependencyHashesOf, type End } from '../../configuration/dependencies/hashes.ts';
import type { WrittenFiles } from '../../configuration/files/files.ts';
import { alertingRules, expectedLabels, rulesFor } from '../../configuration/rules/choose-rule.ts';
import type { Dependencies } from '../../core/dependencies.ts';
import { tryRead } from '../../core/errors.ts';
import { evidenceOf } from '../../core/expected-alerts.ts';
import type { DrillRecord } from '../../core/record.ts';
import type { PageExpectation } from '../../core/scenario.ts';
import { Redaction } from '../record/redaction.ts';

/**
 * What each expected page of a drill depends on, for its record.
 *
 * @param files the configuration that is judged, as written.
 * @param secrets of the configuration, the longer before those that are a part of them.
 */
export function dependenciesOf(
  record: Pick<DrillRecord, 'scenario' | 'evidence'>,
  files: WrittenFiles,
  secrets: readonly string[],
): NonNullable<DrillRecord['dependencies']> {
  const redaction = new Redaction();
  redaction.learn(secrets);
  const rules = alertingRules(files);
  const configured = configuredAlerts(files);
  return record.scenario.expectations.flatMap((expectation, index) => {
    if (expectation.kind !== 'page') return [];
    const candidates = rulesFor(rules, expectation);
    const evidence = evidenceOf(record, expectation);
    const seen = evidence?.rule;
    // The drill saw which of several it was.
    const rule =
      candidates.find((one) => one.group === seen?.group && one.index === seen.index) ?? candidates[0];
    const own =
      rule &&
      configured.find(
        ({ alert, rule: { manager, file, group, index: nth } }) =>
          alert === expectation.alert &&
          manager === rule.manager &&
          file === rule.file &&
          group === rule.group &&
          nth === rule.index,
      );
    if (!own) return [];
    const known = evidence?.alertmanager.map(({ labels }) => labels) ?? [];
    const sent = distinct(known.length > 0 ? known : [expectedLabels(files, rule, expectation)]);
    const asked = { configured: own, ends: endsOf(expectation), sent };
    const hashes = tryRead(() => dependencyHashesOf(files, asked, (value) => redaction.hide(value)));
    return hashes ? [{ expectation: index, rule: own.rule, sent, hashes }] : [];
  });
}

/** Where an alert has to arrive: its receiver, and the one to which it escalates. */
export const endsOf = ({
  receiver,
  contactPoint,
  escalatesTo,
}: Pick<PageExpectation, 'receiver' | 'contactPoint'> & {
  readonly escalatesTo?: End | undefined;
}): End[] => [
  { receiver, contactPoint },
  ...(escalatesTo ? [{ receiver: escalatesTo.receiver, contactPoint: escalatesTo.contactPoint }] : []),
];

const distinct = (all: readonly Dependencies['sent'][number][]): Dependencies['sent'] => [
  ...new Map(all.map((labels) => [JSON.stringify(Object.entries(labels).toSorted()), labels])).values(),
];
