import type { PreparedStack } from '../configuration/prepare.ts';
import type { RunningComponent, Runtime } from './runtimes/runtime.ts';

/** A stack whose components are all ready. */
export interface RunningStack {
  readonly components: readonly RunningComponent[];
  /** Base URL of a port of a pod as the harness reaches it, http://host:port. */
  url(pod: string, port: number): string;
}

export interface StartOptions {
  readonly prepared: PreparedStack;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  readonly onReady: (component: RunningComponent, waitingFor: readonly string[]) => void;
}

/**
 * Starts every component as soon as the ones it depends on are ready.
 *
 * @throws the error of the first component that failed, after the others have stopped starting.
 */
export async function startStack({
  prepared,
  runtime,
  signal,
  onReady,
}: StartOptions): Promise<RunningStack> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const waiting = new Set(prepared.components.map(({ spec }) => spec.name));
  const started = new Map<string, Promise<RunningComponent>>();
  const start = (name: string): Promise<RunningComponent> => {
    const known = started.get(name);
    if (known !== undefined) return known;
    const component = prepared.components.find(({ spec }) => spec.name === name);
    if (!component) throw new Error(`no component ${name} in the stack`);
    const promise = (async () => {
      await Promise.all(component.spec.after.map(start));
      const running = await runtime.start(component, either);
      waiting.delete(name);
      onReady(running, [...waiting]);
      return running;
    })();
    promise.catch((error: unknown) => failed.abort(error));
    started.set(name, promise);
    return promise;
  };
  const settled = await Promise.allSettled(prepared.components.map(({ spec }) => start(spec.name)));
  if (either.aborted) throw either.reason;
  const components = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return { components, url: (pod, port) => `http://${runtime.reach(pod, port)}` };
}
