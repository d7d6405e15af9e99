/** A refusal of the request as a whole. */
export interface Malformed {
  readonly malformed: string;
}
