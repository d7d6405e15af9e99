import type { RunningStack } from '../../stacks/start.ts';

/** Replaces each `pod:port` of the stack in a text by its address on this machine. */
export function reachable(
  text: string,
  { components, url }: Pick<RunningStack, 'components' | 'url'>,
): string {
  return text.replace(/(?<![\w.-])([a-z][a-z0-9-]*):(\d+)\b/g, (whole, pod: string, digits: string) => {
    const port = Number(digits);
    const isKnown = components.some(({ spec }) => spec.pod === pod && spec.ports.includes(port));
    return isKnown ? new URL(url(pod, port)).host : whole;
  });
}
