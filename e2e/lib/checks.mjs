/**
 * @typedef {object} Checks
 * @property {(name: string) => void} pass
 * @property {(name: string, error: unknown) => void} fail
 * @property {<Result>(name: string, work: () => Result | Promise<Result>) => Promise<Result | undefined>} check
 *   resolves with what `work` resolves with, or `undefined` when it throws: then the check has failed
 * @property {() => number} finish prints the closing line and returns the exit code
 */

/**
 * Runs named checks one after the other, prints a line for each and counts them.
 * @returns {Checks}
 */
export function createChecks() {
  const count = { passed: 0, failed: 0 };

  /** @type {Checks["pass"]} */
  const pass = (name) => {
    count.passed += 1;
    console.log(`ok - ${name}`);
  };

  /** @type {Checks["fail"]} */
  const fail = (name, error) => {
    count.failed += 1;
    console.log(`FAILED - ${name}`);
    console.log(String(error instanceof Error ? error.message : error).replaceAll(/^/gm, "    "));
  };

  return {
    pass,
    fail,
    check: async (name, work) => {
      try {
        const result = await work();
        pass(name);
        return result;
      } catch (error) {
        fail(name, error);
        return undefined;
      }
    },
    finish: () => {
      console.log(`${count.passed} passed, ${count.failed} failed`);
      return count.failed === 0 ? 0 : 1;
    },
  };
}
