import { exitCodes, FiredrillError, messageOf } from '../../core/errors.ts';

/** Prints what ended a command on standard error. @returns the exit code. */
export function tellError(error: unknown): number {
  process.stderr.write(`${messageOf(error)}\n`);
  return error instanceof FiredrillError ? error.exitCode : exitCodes.broken;
}
