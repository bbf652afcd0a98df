/** Runs named checks one after the other, prints a line for each and counts them. */
export function createChecks() {
  const count = { passed: 0, failed: 0 };

  function pass(name) {
    count.passed += 1;
    console.log(`ok - ${name}`);
  }

  function fail(name, error) {
    count.failed += 1;
    console.log(`FAILED - ${name}`);
    console.log(String(error?.message ?? error).replaceAll(/^/gm, "    "));
  }

  return {
    pass,
    fail,

    /** What `work` resolves with, or `undefined` when it throws: then the check has failed. */
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
