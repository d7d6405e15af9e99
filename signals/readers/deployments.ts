import {
  type Application,
  applicationPath,
  applicationSchema,
  controllerHeaders,
  type Decision,
  decisionsSchema,
} from '../../core/deployments.ts';
import { httpReader } from './http.ts';

export interface DeploymentsReader {
  /** What the controller deployed. */
  application(name: string): Promise<Application>;
  /** What the rollback adapter decided since its start, in order. */
  decisions(): Promise<Decision[]>;
}

/** @param secret the run's. */
export function deploymentsReader(
  urls: { readonly controller: string; readonly adapter: string },
  secret: string,
  signal: AbortSignal,
): DeploymentsReader {
  const controller = httpReader('deployments', urls.controller, signal, {
    headers: controllerHeaders(secret),
  });
  const adapter = httpReader('rollback', urls.adapter, signal);
  return {
    application: (name) => controller.json(applicationPath(name), applicationSchema),
    decisions: () => adapter.json('/decisions', decisionsSchema),
  };
}
