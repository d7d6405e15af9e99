/*
 * Every kind of fault, one per line.
 */
export { authFailures } from './auth-failures.ts';
export { badMigration } from './bad-migration.ts';
export { databaseLatency } from './database-latency.ts';
export { databaseLock } from './database-lock.ts';
export { deploy } from './deploy.ts';
export { disconnectInstance } from './disconnect-instance.ts';
export { killInstance } from './kill-instance.ts';
export { pauseInstance } from './pause-instance.ts';
export { paymentFailures } from './payment-failures.ts';
export { resourcePressure } from './resource-pressure.ts';
export { slowDependency } from './slow-dependency.ts';
