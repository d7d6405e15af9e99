import { FiredrillError, type Problem } from '../errors.ts';

/** Why an input is refused; nothing when it is not. */
export function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    return problemsIn(error);
  }
  return [];
}

/** The same, of work that is under way. */
export const problemsOfPromise = async (work: Promise<unknown>): Promise<readonly Problem[]> =>
  await work.then(() => [], problemsIn);

function problemsIn(error: unknown): readonly Problem[] {
  if (error instanceof FiredrillError && error.kind === 'bad-input') return error.problems;
  throw error;
}
