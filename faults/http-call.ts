import { z } from 'zod';
import { type FaultContext, faultKind } from './fault.ts';
import { requestComponent } from './request-component.ts';
import { undo } from './undo.ts';

const call = z.strictObject({
  method: z.enum(['PUT', 'POST', 'DELETE']).default('POST'),
  /** Pod of the service, e.g. `web-2`. */
  pod: z.string().min(1),
  port: z.int().min(1).max(65_535),
  path: z.string().regex(/^\//, { error: 'expected a path that begins with /' }),
  /** Sent as JSON. */
  body: z.json().optional(),
  headers: z.record(z.string(), z.string()).default({}),
});
type Call = z.output<typeof call>;

const params = z.strictObject({
  /** What is broken, in a few words. */
  breaks: z.string().min(1),
  inject: call,
  /** Undoes it. It must succeed also if nothing is to be undone. */
  revert: call,
});

/** A request to a service that breaks something, and another one that undoes it: an admin API, say. */
export const httpCall = faultKind<z.output<typeof params>>({
  kind: 'http-call',
  params,
  describe: ({ breaks }) => breaks,
  needs: ({ inject, revert }) => ({ pods: [...new Set([inject.pod, revert.pod])], abilities: [] }),
  errorRatio: () => undefined,
  steps: ({ inject, revert }) => ({ inject: [stepText(inject)], revert: [stepText(revert)] }),
  inject: ({ inject }, context) => ask(inject, context),
  revert: ({ revert }, context) => {
    const { method, pod, port, path, body } = revert;
    const asked = `${method} ${context.url(pod, port)}${path}`;
    return undo(
      () => ask(revert, context),
      body === undefined ? asked : `${asked} ${JSON.stringify(body)}`,
      context.signal,
    );
  },
});

const stepText = ({ method, pod, port, path }: Call) => `${method} ${pod}:${port}${path}`;

const ask = ({ body, ...one }: Call, context: FaultContext): Promise<void> =>
  requestComponent(context, { ...one, ...(body === undefined ? {} : { body }) });
