import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { badInput, messageOf, type Problem } from '../../core/errors.ts';
import { readInput } from '../../core/input-problems.ts';
import { conditionOf, filled, type Inputs, type JobStatus } from './expressions.ts';
import { checkoutForm, type StepForm, uploadForm, type WorkflowForm, workflowForm } from './form.ts';
import { inputsOf } from './inputs.ts';

interface Common {
  readonly name: string;
  readonly runsWhen: (status: JobStatus) => boolean;
}
export interface RunStep extends Common {
  readonly kind: 'run';
  readonly script: string;
  /** Absent: GitHub's default, which does not look into pipes. */
  readonly shell?: 'bash';
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs?: number;
}
export interface KeepStep extends Common {
  readonly kind: 'keep';
  readonly artefact: string;
  /** Files and folders below the project; those after `!` are left out. */
  readonly paths: readonly string[];
  readonly hidden: boolean;
  readonly ifNone: 'warn' | 'error' | 'ignore';
}
export type Step =
  | RunStep
  | KeepStep
  | (Common & { readonly kind: 'clone' })
  | (Common & { readonly kind: 'elsewhere'; readonly uses: string });

export interface Job {
  readonly id: string;
  readonly steps: readonly Step[];
  readonly limitMs?: number;
}

/**
 * The jobs of a workflow as they run when it is started by hand.
 *
 * @param where what the file is called in messages.
 * @param given values of its inputs.
 * @throws FiredrillError `bad-input` with everything in it that is not understood here.
 */
export function planOf(text: string, where: string, given: Readonly<Record<string, string>>): Job[] {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw badInput(...document.errors.map(({ message }) => ({ where, message: message.trim() })));
  }
  const whereOf = (path: string) => (path ? `${where}: ${path}` : where);
  const form = readInput(workflowForm, document.toJS(), whereOf);
  if ('problems' in form) throw badInput(...form.problems);
  const problems: Problem[] = [];
  const inputs = inputsOf(form.value.on.workflow_dispatch?.inputs ?? {}, given, problems);
  const jobs = jobsOf(form.value, { inputs, problems, whereOf });
  problems.push(...sameNames(jobs, where));
  if (problems.length > 0) throw badInput(...problems);
  return jobs;
}

interface Reading {
  readonly inputs: Inputs;
  readonly problems: Problem[];
  readonly whereOf: (path: string) => string;
}

function jobsOf(form: WorkflowForm, reading: Reading): Job[] {
  const outer = filledAll(form.env, 'env', reading);
  return Object.entries(form.jobs).map(([id, job]): Job => {
    const env = { ...outer, ...filledAll(job.env, `jobs.${id}.env`, reading) };
    const steps = job.steps.map((step, i) => stepOf(step, `jobs.${id}.steps[${i}]`, env, reading));
    return { id, steps, ...limitOf(job['timeout-minutes']) };
  });
}

const limitOf = (minutes: number | undefined) => (minutes === undefined ? {} : { limitMs: minutes * 60_000 });

function stepOf(step: StepForm, path: string, outer: Record<string, string>, reading: Reading): Step {
  const { run, uses = '', shell } = step;
  const [firstLine] = (run ?? uses).trim().split('\n');
  const common: Common = {
    name: step.name ?? `Run ${firstLine}`,
    runsWhen: understood(
      () => conditionOf(step.if, reading.inputs),
      `${path}.if`,
      reading,
      () => false,
    ),
  };
  if (run === undefined) return usesStep(uses, step.with, path, common, reading);
  const refuse = (key: string, message: string) =>
    reading.problems.push({ where: reading.whereOf(`${path}.${key}`), message });
  // An input put into a script could say anything.
  if (run.includes('${{')) refuse('run', 'expressions belong into env');
  if (Object.keys(step.with).length > 0) refuse('with', 'belongs to uses');
  const env = { ...outer, ...filledAll(step.env, `${path}.env`, reading) };
  const limit = limitOf(step['timeout-minutes']);
  return { kind: 'run', ...common, script: run, ...(shell ? { shell } : {}), env, ...limit };
}

function usesStep(
  uses: string,
  given: StepForm['with'],
  path: string,
  common: Common,
  reading: Reading,
): Step {
  const [action] = uses.split('@');
  const read = <T>(form: z.ZodType<T>): T | undefined => {
    const result = readInput(form, filledAll(given, `${path}.with`, reading), (key) =>
      reading.whereOf(key ? `${path}.with.${key}` : `${path}.with`),
    );
    if ('value' in result) return result.value;
    reading.problems.push(...result.problems);
    return undefined;
  };
  if (action === 'actions/checkout') {
    read(checkoutForm);
    return { kind: 'clone', ...common };
  }
  if (action !== 'actions/upload-artifact') return { kind: 'elsewhere', ...common, uses };
  const upload = read(uploadForm);
  return {
    kind: 'keep',
    ...common,
    artefact: upload?.name ?? '',
    paths: upload?.path ?? [],
    hidden: upload?.['include-hidden-files'] ?? false,
    ifNone: upload?.['if-no-files-found'] ?? 'warn',
  };
}

function filledAll(values: Readonly<Record<string, string>>, path: string, reading: Reading) {
  const entries = Object.entries(values).map(([key, text]) => {
    const value = understood(() => filled(text, reading.inputs), `${path}.${key}`, reading, '');
    return [key, value] as const;
  });
  return Object.fromEntries(entries);
}

function understood<T>(read: () => T, path: string, { problems, whereOf }: Reading, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    problems.push({ where: whereOf(path), message: messageOf(error) });
    return otherwise;
  }
}

/** GitHub takes one artefact of each name. A name that could not be read is a problem already. */
function sameNames(jobs: readonly Job[], where: string): Problem[] {
  const names = jobs.flatMap(({ steps }) =>
    steps.flatMap((step) => (step.kind === 'keep' ? step.artefact : [])),
  );
  const twice = new Set(names.filter((name, i) => name !== '' && names.indexOf(name) !== i));
  return [...twice].map((name) => ({ where, message: `uploads two artefacts named "${name}"` }));
}
