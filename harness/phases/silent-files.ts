import { silentFileText } from '../../assertions/causes/before-the-rule.ts';
import { broken, FiredrillError } from '../../core/errors.ts';
import type { TailedFile } from '../../core/record.ts';

/** Adds to the error of a fault that no log line shows which log files have brought no line. */
export function tellSilentFiles(error: unknown, files: readonly TailedFile[]): unknown {
  const silent = files.filter(({ lines }) => lines === 0);
  const [problem] = error instanceof FiredrillError ? error.problems : [];
  if (silent.length === 0 || !problem) return error;
  return broken(
    problem.where,
    [problem.message, ...silent.map(silentFileText)].join('; '),
    'the fault had no effect that a log shows, so the alert was not tested; does the service write its log there?',
    error,
  );
}
