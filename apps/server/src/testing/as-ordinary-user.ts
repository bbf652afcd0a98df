/** The user `nobody`, who may do what a file's mode lets everyone do. */
const NOBODY = 65_534;

/**
 * Runs something as a user for whom file modes apply. They do not apply to root, as whom tests may run. The
 * folder must be readable for everyone.
 */
export async function asOrdinaryUser<Result>(run: () => Promise<Result>): Promise<Result> {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || seteuid === undefined) return await run();
  seteuid(NOBODY);
  try {
    return await run();
  } finally {
    seteuid(0);
  }
}
