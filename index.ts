/*
 * The public interface of the package.
 */
export { firedrillAssertions } from './assertions/chai.ts';
export type { DrillRecord, Verdict } from './core/record.ts';
export type { Scenario, ScenarioInput } from './core/scenario.ts';
export { defineSystem, type System, type SystemInput } from './core/system.ts';
export { readRecord } from './reports/json.ts';
