import { FiredrillError, type Problem } from '../../core/errors.ts';

/** Why an input is refused; nothing when it is not. */
export function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof FiredrillError && error.kind === 'bad-input') return error.problems;
    throw error;
  }
  return [];
}
