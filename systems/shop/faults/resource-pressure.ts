import { z } from 'zod';
import { faultKind } from '../../../faults/fault.ts';
import { setAdminSetting, shopPod } from './admin-setting.ts';

const params = z
  .strictObject({
    /** The instance under pressure. */
    pod: shopPod,
    /** Share of one core that it uses in addition, 0 to 1. */
    cpuShare: z.number().min(0).max(1).default(0),
    /** Memory that it allocates in addition, in MiB. */
    memoryMiB: z.int().min(0).max(2_048).default(0),
  })
  .refine(({ cpuShare, memoryMiB }) => cpuShare > 0 || memoryMiB > 0, {
    error: 'expected a cpuShare or a memoryMiB above 0',
  });
type Params = z.output<typeof params>;

/** One instance uses CPU and memory in addition, and keeps responding. */
export const resourcePressure = faultKind<Params>({
  kind: 'resource-pressure',
  params,
  describe: ({ pod, cpuShare, memoryMiB }) =>
    `${pod} burns ${Math.round(cpuShare * 100)} % of a core and holds ${memoryMiB} MiB more`,
  needs: ({ pod }) => ({ pods: [pod], abilities: [] }),
  errorRatio: () => undefined,
  inject: ({ pod, cpuShare, memoryMiB }, context) =>
    setAdminSetting(context, pod, 'pressure', { cpuShare, memoryMiB }),
  revert: ({ pod }, context) => setAdminSetting(context, pod, 'pressure', {}),
});
