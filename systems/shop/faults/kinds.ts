/*
 * Every kind of fault that only the shop has, one per line.
 */
export { authFailures } from './auth-failures.ts';
export { badMigration } from './bad-migration.ts';
export { connectionLeak } from './connection-leak.ts';
export { databaseLatency } from './database-latency.ts';
export { databaseLock } from './database-lock.ts';
export { deploy } from './deploy.ts';
export { paymentFailures } from './payment-failures.ts';
export { resourcePressure } from './resource-pressure.ts';
export { slowDependency } from './slow-dependency.ts';
