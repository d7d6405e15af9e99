import type { UsedFiles, WrittenFiles } from '../../configuration/files/files.ts';
import { filesOfPair, mainPair } from '../../configuration/files/pairs.ts';
import { fillVariables } from '../../configuration/paced/fill-variables.ts';
import type { StackSpec } from '../../stacks/component.ts';
import { knownContactPoints } from '../pages/known-contact-points.ts';
import type { StackConfiguration } from './ready-stack.ts';

/** Returns the configuration of a stack as its drills are judged by it. */
export const configurationOf = (
  { judged = mainPair }: Pick<StackSpec, 'judged'>,
  used: UsedFiles,
  written: WrittenFiles,
): StackConfiguration => ({
  files: filesOfPair(used, judged),
  written: writtenAsJudged({ judged }, written),
  ...(judged === mainPair ? {} : { watchedFiles: filesOfPair(used, mainPair) }),
  contactPoints: knownContactPoints(used),
});

/** The files as written of the pair that is judged. */
export const writtenAsJudged = (
  { judged = mainPair }: Pick<StackSpec, 'judged'>,
  written: WrittenFiles,
): WrittenFiles => filesOfPair(fillVariables(written), judged);
