/** Whether Grafana takes a file for one of its provisioning; a `.json` is a dashboard anywhere but among the alerts. */
export const isProvisioned = (file: string): boolean =>
  /\.ya?ml$/.test(file) || /^grafana\/provisioning\/alerting\/.*\.json$/.test(file);

/** Reading of what may be of any form: a thing that is not of the form asked for is an empty one. */
export type Yaml = { readonly [key: string]: unknown };

export const map = (value: unknown): Yaml =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Yaml) : {};
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** A text, or `undefined` for anything else and for an empty one. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;
