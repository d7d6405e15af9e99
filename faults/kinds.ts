/*
 * Every kind of fault, one per line.
 */
export { authFailures } from './auth-failures.ts';
export { badMigration } from './bad-migration.ts';
export { commandFault } from './command.ts';
export { killComponent, pauseComponent } from './component-fault.ts';
export { connectionLeak } from './connection-leak.ts';
export { databaseLatency } from './database-latency.ts';
export { databaseLock } from './database-lock.ts';
export { deploy } from './deploy.ts';
export { disconnectInstance } from './disconnect-instance.ts';
export { failingRule } from './failing-rule.ts';
export { httpCall } from './http-call.ts';
export { httpLink } from './http-link.ts';
export { killInstance } from './kill-instance.ts';
export { networkLink } from './network-link.ts';
export { pauseInstance } from './pause-instance.ts';
export { paymentFailures } from './payment-failures.ts';
export { resourcePressure } from './resource-pressure.ts';
export { rollingRestart } from './rolling-restart.ts';
export { slowDependency } from './slow-dependency.ts';
export { trafficChange } from './traffic-change.ts';
