/** Whether Grafana takes a file for one of its provisioning; a `.json` is a dashboard anywhere but among the alerts. */
export const isProvisioned = (file: string): boolean =>
  /\.ya?ml$/.test(file) || /^grafana\/provisioning\/alerting\/.*\.json$/.test(file);
