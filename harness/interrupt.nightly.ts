/* Signals in the phases in which interrupt.integration.ts does not send them. */
import { endedOnReusedStack, interruptedIn, overlappingDrills } from './testing/ended-drills.ts';

describe('a drill that another signal ends before its time', () => {
  const overlapping = overlappingDrills();

  for (const phase of ['warm up', 'await pages'] as const) interruptedIn(overlapping, 'SIGTERM', phase);
  for (const phase of ['start stack', 'await pages'] as const) interruptedIn(overlapping, 'SIGHUP', phase);
  endedOnReusedStack(overlapping, 'SIGINT');
});
