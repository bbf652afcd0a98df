/**
 * @typedef {ReturnType<typeof createChecks>} Checks
 */

/** Runs named checks one after the other, prints a line for each and counts them. */
export function createChecks() {
  const count = { passed: 0, failed: 0 };

  /** @param {string} name */
  function pass(name) {
    count.passed += 1;
    console.log(`ok - ${name}`);
  }

  /**
   * @param {string} name
   * @param {unknown} error
   */
  function fail(name, error) {
    count.failed += 1;
    console.log(`FAILED - ${name}`);
    console.log(String(error instanceof Error ? error.message : error).replaceAll(/^/gm, "    "));
  }

  return {
    pass,
    fail,

    /**
     * What `work` resolves with, or `undefined` when it throws: then the check has failed.
     * @template Result
     * @param {string} name
     * @param {() => Result | Promise<Result>} work
     * @returns {Promise<Result | undefined>}
     */
    async check(name, work) {
      try {
        const result = await work();
        pass(name);
        return result;
      } catch (error) {
        fail(name, error);
        return undefined;
      }
    },

    /** Prints the closing line and returns the exit code. */
    finish() {
      console.log(`${count.passed} passed, ${count.failed} failed`);
      return count.failed === 0 ? 0 : 1;
    },
  };
}
