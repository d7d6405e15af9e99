/** Which files of one folder of the configuration something reads. */
export interface ReadFiles {
  reads(path: string): boolean;
  /** Who reads what, as one sentence. */
  readonly told: string;
  /** The one file that is read whatever the others say, e.g. `alertmanager/alertmanager.yml`. */
  readonly main?: string;
  /** Patterns of the main file by which others are read, with the key that they stand at. */
  readonly patterns?: { readonly key: string; readonly of: readonly string[] };
}
