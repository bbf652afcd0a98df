export interface Checks {
  readonly pass: (name: string) => void;
  readonly fail: (name: string, error: unknown) => void;
  /** Resolves with what `work` resolves with, or `undefined` when it throws: then the check has failed. */
  readonly check: <Result>(name: string, work: () => Result | Promise<Result>) => Promise<Result | undefined>;
  /** Prints the closing line and returns the exit code. */
  readonly finish: () => number;
}

/** Runs named checks one after the other, prints a line for each and counts them. */
export function createChecks(): Checks {
  const count = { passed: 0, failed: 0 };

  const pass: Checks["pass"] = (name) => {
    count.passed += 1;
    console.log(`ok - ${name}`);
  };

  const fail: Checks["fail"] = (name, error) => {
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
