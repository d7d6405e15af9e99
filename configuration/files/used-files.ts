/** Configuration as the run uses it, by component and path, e.g. `prometheus/prometheus.yml`. */
export type UsedFiles = ReadonlyMap<string, string>;
