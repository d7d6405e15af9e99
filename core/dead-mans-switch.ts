import type { PageExpectation, SwitchExpectation } from './scenario.ts';

/** The name under which the dead-man's switch pages. No rule has it. */
export const switchAlert = 'DeadMansSwitch';

/** The page that the switch must send, as the expectation of a page. */
export const switchPage = (expectation: SwitchExpectation): PageExpectation => {
  const { receiver, within, resolvedWithin } = expectation;
  return {
    ...{ kind: 'page', alert: switchAlert, receiver, within, resolvedWithin },
    ...{ labels: {}, runbook: false, belowFloor: false },
  };
};
