import type { Problem } from '../../core/errors.ts';
import { kindOfGrafana } from '../../core/receivers/receivers.ts';
import { nameHint } from '../../core/similar-names.ts';
import type { Place } from '../files/place.ts';
import { list, map, text, type Yaml } from '../files/yaml.ts';
import { readTemplate } from './go-template.ts';
import { missing } from './strict-form.ts';

/** Grafana's built-in templates. */
const builtIn = [
  '__subject',
  '__text_values_list',
  '__text_alert_list',
  'default.title',
  'default.message',
  '__teams_text_alert_list',
  'teams.default.message',
];

/** The names that all files define together. `undefined` if a file cannot be read, because it may define more. */
type Names = ReadonlySet<string> | undefined;

/** @param templates the names of the templates that all files define together. */
export function checkContactPoints(file: Place, config: Yaml, templates: Names): Problem[] {
  return list(config.contactPoints).flatMap((point, i) => {
    const at = file.to('contactPoints', i);
    const problems = missing(at, map(point), ['name']);
    list(map(point).receivers).forEach((receiver, n) => {
      problems.push(...checkReceiver(at.to('receivers', n), map(receiver), templates));
    });
    return problems;
  });
}

function checkReceiver(at: Place, receiver: Yaml, templates: Names): Problem[] {
  const settings = map(receiver.settings);
  const problems = missing(at, receiver, ['uid', 'type']);
  // Grafana checks the settings of other kinds itself.
  for (const keys of kindOfGrafana(receiver.type)?.grafana.required ?? []) {
    // Grafana ignores a chat id that is written as a number.
    if (keys.some((key) => text(settings[key]))) continue;
    const numeric = keys.some((key) => typeof settings[key] === 'number');
    const place = at.to('settings', ...keys.slice(0, 1));
    problems.push(
      numeric
        ? place.problem('is a number; expected a text', 'put it into quotation marks')
        : place.problem(`is missing; ${receiver.type} cannot do without it`),
    );
  }
  for (const [key, value] of Object.entries(settings)) {
    if (typeof value === 'string' && value.includes('{{'))
      problems.push(...checkTemplate(at.to('settings', key), value, templates));
  }
  return problems;
}

/** The names of the templates that a file defines for all files. */
export const definedIn = (config: Yaml): string[] =>
  list(config.templates).flatMap((entry) => {
    const { name, template } = map(entry);
    const { defines } = readTemplate(String(template ?? ''));
    // Grafana wraps a text without `define` in one.
    return defines.length > 0 ? defines : [String(name)];
  });

export function checkTemplates(file: Place, config: Yaml, templates: Names): Problem[] {
  return list(config.templates).flatMap((entry, i) => {
    const at = file.to('templates', i);
    const { template } = map(entry);
    return [
      ...missing(at, map(entry), ['name', 'template']),
      ...checkTemplate(at.to('template'), String(template ?? ''), templates),
    ];
  });
}

function checkTemplate(at: Place, template: string, templates: Names): Problem[] {
  const { faults, uses } = readTemplate(template);
  const several = template.trimEnd().includes('\n');
  const where = (line: number) => (several ? `${at.where}: line ${line}` : at.where);
  return [
    ...faults.map(({ line, message }) => ({ where: where(line), message })),
    ...uses
      .filter(({ name }) => templates?.has(name) === false && !builtIn.includes(name))
      .map(({ name, line }) => ({
        where: where(line),
        message: `there is no template "${name}"`,
        hint: nameHint(name, [...(templates ?? []), ...builtIn.slice(3, 5)]),
      })),
  ];
}

/**
 * @param points the names of the contact points that all files provision together.
 * @param muteTimes the names of the mute timings that all files provision together.
 */
export function checkPolicies(file: Place, config: Yaml, points: Names, muteTimes: Names): Problem[] {
  const problems: Problem[] = [];
  const visit = (route: Yaml, at: Place, isRoot: boolean) => {
    const receiver = text(route.receiver);
    if (receiver === undefined ? isRoot : points?.has(receiver) === false) {
      problems.push(
        at
          .to('receiver')
          .problem(
            receiver === undefined ? 'is missing' : `there is no contact point "${receiver}"`,
            points && nameHint(receiver ?? '', [...points]),
          ),
      );
    }
    list(route.mute_time_intervals).forEach((name, i) => {
      if (muteTimes?.has(String(name)) !== false) return;
      const message = `there is no mute timing "${name}"`;
      problems.push(at.to('mute_time_intervals', i).problem(message, nameHint(String(name), [...muteTimes])));
    });
    list(route.routes).forEach((child, i) => {
      visit(map(child), at.to('routes', i), false);
    });
  };
  list(config.policies).forEach((policy, i) => {
    visit(map(policy), file.to('policies', i), true);
  });
  return problems;
}
