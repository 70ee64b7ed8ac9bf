/** Types with which the client and the sandbox make the compiler compare what they declare with what is generated. */

/**
 * Whether two types are identical, including which fields are optional. The compiler compares conditional types of an
 * unknown `T` by identity, not by assignability.
 */
export type Same<A, B> = (<T>() => T extends A ? T : 0) extends <T>() => T extends B ? T : 0 ? true : false;

/** Does not compile unless the type is `never`. The compiler's message names every member of it. */
export type AssertNever<Member extends never> = Member;
