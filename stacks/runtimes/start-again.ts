/** A component failed to start by the defect that it is known for; see `startsAgainAfter` of its description. */
export class StartAgain extends Error {}
