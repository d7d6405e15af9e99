/*
 * Every kind of fault that is for any system, one per line.
 */
export { commandFault } from './command.ts';
export { killComponent, pauseComponent } from './component-fault.ts';
export { cpuStarved } from './cpu-starved.ts';
export { failingRule } from './failing-rule.ts';
export { httpCall } from './http-call.ts';
export { httpLink } from './http-link.ts';
export { disconnectInstance, killInstance, pauseInstance } from './instance-fault.ts';
export { networkLink } from './network-link.ts';
export { replaceFile } from './replace-file.ts';
export { rollingRestart } from './rolling-restart.ts';
export { sql } from './sql.ts';
export { trafficChange } from './traffic-change.ts';
