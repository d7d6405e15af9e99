import type { Problem } from '../../core/errors.ts';
import { kindOfGrafana } from '../../core/receivers/receivers.ts';
import { list, map, text, type Yaml } from '../files/yaml.ts';
import { readTemplate } from './go-template.ts';

/** Templates that every Grafana has. */
const builtIn = [
  '__subject',
  '__text_values_list',
  '__text_alert_list',
  'default.title',
  'default.message',
  '__teams_text_alert_list',
  'teams.default.message',
];

/** @param templates names that any of the files defines. */
export function checkContactPoints(file: string, config: Yaml, templates: ReadonlySet<string>): Problem[] {
  return list(config.contactPoints).flatMap((point, i) => {
    const at = `${file}: contactPoints[${i}]`;
    const { name, receivers } = map(point);
    const problems: Problem[] = text(name) ? [] : [{ where: `${at}.name`, message: 'is missing' }];
    list(receivers).forEach((receiver, n) => {
      problems.push(...checkReceiver(`${at}.receivers[${n}]`, map(receiver), templates));
    });
    return problems;
  });
}

function checkReceiver(at: string, receiver: Yaml, templates: ReadonlySet<string>): Problem[] {
  const settings = map(receiver.settings);
  const problems: Problem[] = ['uid', 'type']
    .filter((key) => !text(receiver[key]))
    .map((key) => ({ where: `${at}.${key}`, message: 'is missing' }));
  // What Grafana itself asks for; other kinds it checks by itself.
  for (const keys of kindOfGrafana(receiver.type)?.grafana.required ?? []) {
    // A chat's id may be written as a number; Grafana then takes none.
    if (keys.some((key) => text(settings[key]))) continue;
    const numeric = keys.some((key) => typeof settings[key] === 'number');
    problems.push({
      where: `${at}.settings.${keys[0]}`,
      message: numeric ? 'is a number; expected a text' : `is missing; ${receiver.type} cannot do without it`,
      ...(numeric ? { hint: 'put it into quotation marks' } : {}),
    });
  }
  for (const [key, value] of Object.entries(settings)) {
    if (typeof value === 'string' && value.includes('{{'))
      problems.push(...checkTemplate(`${at}.settings.${key}`, value, templates));
  }
  return problems;
}

/** Names of the templates in a file, which others may use. */
export const definedIn = (config: Yaml): string[] =>
  list(config.templates).flatMap((entry) => {
    const { name, template } = map(entry);
    const { defines } = readTemplate(String(template ?? ''));
    // Grafana itself wraps what defines nothing.
    return defines.length > 0 ? defines : [String(name)];
  });

export function checkTemplates(file: string, config: Yaml, templates: ReadonlySet<string>): Problem[] {
  return list(config.templates).flatMap((entry, i) => {
    const at = `${file}: templates[${i}]`;
    const { name, template } = map(entry);
    const missing = Object.entries({ name, template })
      .filter(([, value]) => !text(value))
      .map(([key]) => ({ where: `${at}.${key}`, message: 'is missing' }));
    return [...missing, ...checkTemplate(`${at}.template`, String(template ?? ''), templates)];
  });
}

function checkTemplate(where: string, template: string, templates: ReadonlySet<string>): Problem[] {
  const { faults, uses } = readTemplate(template);
  const several = template.trimEnd().includes('\n');
  const place = (line: number) => (several ? `${where}: line ${line}` : where);
  return [
    ...faults.map(({ line, message }) => ({ where: place(line), message })),
    ...uses
      .filter(({ name }) => !templates.has(name) && !builtIn.includes(name))
      .map(({ name, line }) => ({
        where: place(line),
        message: `there is no template "${name}"`,
        hint: `there are ${[...templates, ...builtIn.slice(3, 5)].join(', ')}`,
      })),
  ];
}

/**
 * @param points names of the contact points that any of the files provisions.
 * @param muteTimes names of the mute timings that any of them does.
 */
export function checkPolicies(
  file: string,
  config: Yaml,
  points: ReadonlySet<string>,
  muteTimes: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  const visit = (route: Yaml, at: string, isRoot: boolean) => {
    const receiver = text(route.receiver);
    if (receiver === undefined ? isRoot : !points.has(receiver)) {
      problems.push({
        where: `${file}: ${at}.receiver`,
        message: receiver === undefined ? 'is missing' : `there is no contact point "${receiver}"`,
        hint: `there are ${[...points].join(', ') || 'none'}`,
      });
    }
    list(route.mute_time_intervals).forEach((name, i) => {
      if (muteTimes.has(String(name))) return;
      problems.push({
        where: `${file}: ${at}.mute_time_intervals[${i}]`,
        message: `there is no mute timing "${name}"`,
        hint: `there are ${[...muteTimes].join(', ') || 'none'}`,
      });
    });
    list(route.routes).forEach((child, i) => {
      visit(map(child), `${at}.routes[${i}]`, false);
    });
  };
  list(config.policies).forEach((policy, i) => {
    visit(map(policy), `policies[${i}]`, true);
  });
  return problems;
}
