/** A fault in the spec or a stale file: told to the person as it is, without a stack. */
export class GenerationError extends Error {}
