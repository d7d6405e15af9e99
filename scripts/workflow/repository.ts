import { basename } from 'node:path';
import { execa } from 'execa';
import { badInput } from '../../core/errors.ts';

const folder = '.github/workflows';

/**
 * The text of a workflow, as HEAD has it: what is not committed does not run on GitHub either.
 *
 * @throws FiredrillError `bad-input` naming those that there are.
 */
export async function workflowAtHead(project: string, name: string): Promise<string> {
  const git = execa({ cwd: project });
  const { stdout: list } = await git`git ls-tree --name-only HEAD ${`${folder}/`}`;
  const names = list.split('\n').flatMap((path) => (path.endsWith('.yml') ? basename(path, '.yml') : []));
  if (!names.includes(name)) {
    const hint = names.length > 0 ? `there is ${names.join(', ')}` : `HEAD has none in ${folder}`;
    throw badInput({ where: name, message: 'HEAD has no such workflow', hint });
  }
  const { stdout } = await git`git show ${`HEAD:${folder}/${name}.yml`}`;
  return stdout;
}

/** Files that a clone of HEAD has otherwise or not at all. */
export async function uncommitted(project: string): Promise<number> {
  const { stdout } = await execa({ cwd: project })`git status --porcelain`;
  return stdout === '' ? 0 : stdout.split('\n').length;
}

/** A fresh clone of the project's HEAD, with nothing in it that git does not know. */
export async function cloneHead(project: string, into: string): Promise<void> {
  const { stdout: head } = await execa({ cwd: project })`git rev-parse HEAD`;
  await execa`git clone --quiet --no-checkout ${project} ${into}`;
  await execa({ cwd: into })`git checkout --quiet --detach ${head}`;
}
