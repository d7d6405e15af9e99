/** A component failed to start by its known defect; see `retryStartOn` of its description. */
export class RetryStart extends Error {}
