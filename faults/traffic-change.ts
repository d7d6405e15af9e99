import { z } from 'zod';
import { faultKind } from './fault.ts';

const params = z.strictObject({
  /** The rates of the load are multiplied by it: 0 sends no requests, 0.2 a fifth of them, 3 three times as many. */
  factor: z
    .number()
    .min(0)
    .max(10)
    .refine((factor) => factor !== 1, { error: 'expected another factor than 1, which changes nothing' }),
});
type Params = z.output<typeof params>;

/** Users send fewer or more requests than usual, or none. The system itself is healthy. */
export const trafficChange = faultKind<Params>({
  kind: 'traffic-change',
  params,
  describe: ({ factor }) =>
    factor === 0
      ? 'the load stops'
      : `the load ${factor < 1 ? 'falls' : 'rises'} to ${Math.round(factor * 100)} %`,
  needs: () => ({ pods: [], abilities: [] }),
  errorRatio: () => undefined,
  steps: ({ factor }) => ({
    inject: [`multiplies the rates of its own load by ${factor}`],
    revert: ['sends its own load at its rates'],
  }),
  loadFactor: ({ factor }) => factor,
  inject: ({ factor }, { multiplyLoad }) => multiplyLoad(factor),
  revert: (_, { multiplyLoad }) => multiplyLoad(1),
});
