import type { Problem } from '../../core/errors.ts';
import { noSuchWord } from '../../core/options.ts';
import type { Inputs } from './expressions.ts';
import type { InputForm } from './form.ts';

/**
 * The inputs of a workflow: what was given, else their defaults. What is wrong with them joins the problems.
 *
 * @param given by `--input NAME=VALUE`.
 */
export function inputsOf(
  forms: Readonly<Record<string, InputForm>>,
  given: Readonly<Record<string, string>>,
  problems: Problem[],
): Inputs {
  const names = Object.keys(forms);
  for (const name of Object.keys(given).filter((name) => !names.includes(name))) {
    const hint = names.length > 0 ? `its inputs are ${names.join(', ')}` : 'it has none';
    problems.push({ where: `--input ${name}`, message: 'the workflow has no such input', hint });
  }
  return Object.fromEntries(
    Object.entries(forms).map(([name, form]) => {
      const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? defaultOf(form);
      if (form.required && value === '') problems.push({ where: `--input ${name}`, message: 'is required' });
      else if (form.type === 'choice' && !form.options.includes(value)) {
        problems.push(noSuchWord(`--input ${name}`, value, form.options));
      }
      return [name, value];
    }),
  );
}

/** GitHub takes the first of a choice that names no default. */
const defaultOf = (form: InputForm): string =>
  form.default ?? (form.type === 'choice' ? form.options[0] : undefined) ?? '';
