import { expect } from 'chai';
import { FiredrillError, type Problem } from '../../../../core/errors.ts';

/** What a promise is rejected with. */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );

/** The one problem of what is broken. */
export async function brokenBy(promise: Promise<unknown>): Promise<Problem> {
  const error = await failureOf(promise);
  if (!(error instanceof FiredrillError)) throw error;
  expect(error.kind).to.equal('broken');
  expect(error.problems).to.have.length(1);
  return error.problems[0] as Problem;
}
