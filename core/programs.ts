/** A program of the user, and where it is named. */
export interface OwnProgram {
  readonly path: string;
  readonly where: string;
}

/** Programs of the user in the place of those of the toolchain, by the names of these. */
export type Programs = Readonly<Record<string, OwnProgram>>;

/** The program of the toolchain that each component of the monitoring is. */
export const programOfComponent = {
  prometheus: 'prometheus',
  alertmanager: 'alertmanager',
  collector: 'otelcol',
  loki: 'loki',
  tempo: 'tempo',
  grafana: 'grafana',
} as const;

/** A component of the monitoring of which the user may have another version. */
export type VersionedComponent = keyof typeof programOfComponent;
export const versionedComponents = [
  'prometheus',
  'alertmanager',
  'collector',
  'loki',
  'tempo',
  'grafana',
] as const satisfies readonly VersionedComponent[];
