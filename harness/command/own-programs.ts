import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Problem } from '../../core/errors.ts';
import { unreadable } from '../../core/file-errors.ts';
import type { WhereOf } from '../../core/path.ts';
import {
  type OwnProgram,
  type Programs,
  programOfComponent,
  type VersionedComponent,
  versionedComponents,
} from '../../core/programs.ts';
import type { System } from '../../core/system.ts';

/** The programs that check the configuration of a component, which stand beside its own. */
const checkers: Readonly<Partial<Record<VersionedComponent, string>>> = {
  prometheus: 'promtool',
  alertmanager: 'amtool',
};

/**
 * The programs of the user for the monitoring of a system. A program that checks configuration is taken from the same
 * folder, if it is there, because that of another version may refuse what this one accepts.
 */
export async function ownPrograms(
  { file, versions }: Pick<System, 'file' | 'versions'>,
  whereOf: WhereOf,
): Promise<{ readonly programs: Programs; readonly problems: readonly Problem[] }> {
  const programs: Record<string, OwnProgram> = {};
  const problems: Problem[] = [];
  for (const component of versionedComponents) {
    const named = versions[component];
    if (!named) continue;
    const [main, check] = [programOfComponent[component], checkers[component]];
    const path = resolve(dirname(file), named.binary);
    const where = whereOf(['versions', component, 'binary']);
    const message = await unusable(path);
    if (message !== undefined) problems.push({ where, message: `${path} ${message}` });
    programs[main] = { path, where };
    const beside = check === undefined ? undefined : join(dirname(path), check);
    if (check !== undefined && beside !== undefined && (await unusable(beside)) === undefined)
      programs[check] = { path: beside, where };
  }
  return { programs, problems };
}

/** Why a file cannot be executed. */
async function unusable(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isFile()) return 'is not a file';
  } catch (error) {
    return unreadable(error);
  }
  return await access(path, constants.X_OK).then(
    () => undefined,
    () => 'is not executable',
  );
}
