/** A change of the project's own source, for defects that no user configuration can cause. */
export interface Patch {
  /** Path in the project. */
  readonly file: string;
  /** Text to replace. It must occur exactly once. */
  readonly from: string;
  readonly to: string;
}

/**
 * Returns JavaScript that makes Node load patched sources. To be run before a command. The command fails if a text to
 * replace does not occur exactly once, because the test would then prove nothing.
 */
export const patched = (...patches: readonly Patch[]): string => `
  import { registerHooks } from 'node:module';
  const patches = ${JSON.stringify(patches)};
  registerHooks({
    load(url, context, next) {
      const found = next(url, context);
      for (const { file, from, to } of patches) {
        if (!url.endsWith('/' + file)) continue;
        const parts = String(found.source).split(from);
        if (parts.length !== 2) throw new Error(file + ' does not say this once: ' + from);
        found.source = parts.join(to);
      }
      return found;
    },
  });`;

/** The patches of all tests, in one place so that a unit test can hold each of them to the source. */
export const sourcePatches = {
  /** The check of the configuration would refuse the target before anything starts. */
  prometheusTargetsUnchecked: {
    file: 'configuration/confined/confine.ts',
    from: "if (plain === 'prometheus/prometheus.yml')",
    to: "if (plain === 'prometheus/prometheus.yml') return [];\n  if (false)",
  },
  /** The target would be replaced by those of the system. */
  prometheusTargetsKept: {
    file: 'configuration/production/adopt-job.ts',
    from: 'if (discoveries.length === 0 && foreign.length === 0) return undefined;',
    to: 'return undefined;',
  },
  tooLittleMemory: { file: 'stacks/components/sidecar.ts', from: 'memoryMiB: 128', to: 'memoryMiB: 12' },
  sidecarInAnotherNamespace: {
    file: 'stacks/runtimes/docker/component-container.ts',
    from: '.withNetworkMode(pod.networkMode)',
    to: ".withNetworkMode(spec.name === 'orders-sidecar' ? 'bridge' : pod.networkMode)",
  },
  readyWithin20s: {
    file: 'stacks/runtimes/docker/docker-runtime.ts',
    from: 'readyWithinMs = 60_000',
    to: 'readyWithinMs = 20_000',
  },
  imageMissing: {
    file: 'stacks/images/resolve.ts',
    from: 'await keep(component.name, await make.component(component));',
    to: "await keep(component.name, component.name === 'alertmanager' ? 'firedrill/gone:1' : await make.component(component));",
  },
  /** The address is that of the pod itself, in which nothing listens. */
  receiversElsewhere: {
    file: 'stacks/runtimes/docker/pod.ts',
    from: 'ipAddress: harness }',
    to: "ipAddress: '127.0.0.1' }",
  },
  loadIsNotStoppedInTime: {
    file: 'harness/load/k6.ts',
    from: "scope.defer('stop load', () => stop());",
    to: "scope.defer('stop load', async () => { await stop(); throw new Error('not in time'); });",
  },
  drillLeavesAnAlert: {
    file: 'harness/stack/stack-lifecycle.ts',
    from: 'this.ended.push(ended);',
    to: `this.ended.push(ended);
          await fetch(this.running.url('alertmanager', 9093) + '/api/v2/alerts', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify([{ labels: { alertname: 'Left' } }]),
          });`,
  },
} satisfies Record<string, Patch>;
