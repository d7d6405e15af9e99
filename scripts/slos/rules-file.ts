import { basename, dirname, join, relative } from 'node:path';
import { badInput } from '../../core/errors.ts';
import { shownPath } from '../../core/shown-path.ts';

/**
 * Where the rules of a file of SLOs belong: of `DIR/slos/shop.yaml` to `DIR/prometheus/rules/slo-shop.yml`.
 *
 * @throws FiredrillError `bad-input` for a file that is not in such a folder.
 */
export function rulesPathOf(file: string): string {
  const [, name] = /^(.+)\.ya?ml$/.exec(basename(file)) ?? [];
  const folder = dirname(file);
  if (name === undefined || basename(folder) !== 'slos') {
    throw badInput({
      where: shownPath(file),
      message: 'is not where the SLOs of a configuration are; expected DIR/slos/NAME.yaml',
      hint: 'its rules would be DIR/prometheus/rules/slo-NAME.yml',
    });
  }
  return join(dirname(folder), 'prometheus', 'rules', `slo-${name}.yml`);
}

/**
 * A rule file as it is written.
 *
 * @param rules as sloth prints them.
 */
export function rulesText(file: string, rules: string): string {
  const from = relative(dirname(rulesPathOf(file)), file);
  return `# Made by \`npm run slos\` of ${from}: change that file, not this one.\n${rules.trim()}\n`;
}
