import { execa } from 'execa';
import { prometheusFlags } from '../../stacks/components/prometheus.ts';
import { holder, holderName } from '../../stacks/images/holder.ts';
import { resolveImages } from '../../stacks/images/resolve.ts';
import { stackOf } from '../../stacks/stacks.ts';
import { cacheDirOf } from '../../stacks/toolchain/cache-dir.ts';
import { ensureTools } from '../../stacks/toolchain/toolchain.ts';

/**
 * Makes images of this machine's programs, and has the daemon know them by other names, for a daemon that can pull none.
 *
 * @param names of the images, by component of the small stack; of the holder of pods by `holder`. Default: the official ones
 * of Prometheus, Alertmanager and the holder.
 * @returns the names, to be removed.
 */
export async function nameImages(
  names: Readonly<Record<string, string>> = officialNames(),
): Promise<string[]> {
  const stack = stackOf('metrics', 'sidecar', prometheusFlags);
  const components = stack.components.filter(({ name }) => ['prometheus', 'alertmanager'].includes(name));
  const cacheDir = cacheDirOf(process.env);
  const { signal } = new AbortController();
  const options = { cacheDir, signal, progress() {} };
  const toolchain = await ensureTools(['prometheus', 'promtool', 'alertmanager', 'amtool'], {
    ...options,
    env: process.env,
  });
  const made = await resolveImages({ ...stack, components }, 'local', { ...options, toolchain });
  for (const [component, name] of Object.entries(names)) {
    const { reference } = made.get(component) ?? {};
    if (reference === undefined) throw new Error(`no image was made of ${component}`);
    await execa('docker', ['tag', reference, name]);
  }
  return Object.values(names);
}

function officialNames(): Record<string, string> {
  const { components } = stackOf('metrics', 'sidecar', prometheusFlags);
  const named = components.flatMap(({ name, image }) =>
    image && ['prometheus', 'alertmanager'].includes(name) ? [[name, image.reference] as const] : [],
  );
  return { ...Object.fromEntries(named), [holderName]: holder.reference };
}

/** An image with a k6 and nothing else, as the official one has it: k6 is its entrypoint. */
export async function makeK6Image(binary: string, name: string, folder: string): Promise<void> {
  const dockerfile = 'FROM scratch\nCOPY k6 /k6\nUSER 12345\nENTRYPOINT ["/k6"]\n';
  await execa('cp', [binary, `${folder}/k6`]);
  await execa('docker', ['build', '-q', '-t', name, '-f', '-', folder], {
    input: dockerfile,
    env: { DOCKER_BUILDKIT: '0' },
  });
}
