import type { WrittenFiles } from '../files/files.ts';
import type { Place } from '../files/place.ts';
import { maps } from '../files/yaml.ts';
import type { RuleIdentity } from './rule.ts';

/** The location of a rule in the file as written. */
export function rulePlace(
  written: WrittenFiles,
  { file, group, index }: Pick<RuleIdentity, 'file' | 'group' | 'index'>,
): Place {
  const at = maps(written.yaml(file).groups).findIndex(({ name }) => String(name) === group);
  return written.place(file).to('groups', Math.max(at, 0), 'rules', index);
}
