/** Fails to compile unless it is given `true`. */
export function assertType<_Condition extends true>(): void {}

/** Whether two types are the same, told apart more finely than by assignability either way. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
