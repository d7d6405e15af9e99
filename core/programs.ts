/** A program of the user, and where it is named. */
export interface OwnProgram {
  readonly path: string;
  readonly where: string;
}

/** Programs of the user in the place of those of the toolchain, by the names of these. */
export type Programs = Readonly<Record<string, OwnProgram>>;
