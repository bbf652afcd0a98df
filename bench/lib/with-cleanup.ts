const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/**
 * Does work that leaves things behind. What it pushes onto the stack is undone in reverse order when it
 * ends, when it fails, and when it is interrupted by Ctrl-C or SIGTERM.
 */
export async function withCleanup<Result>(
  work: (stack: AsyncDisposableStack) => Promise<Result>,
): Promise<Result> {
  const stack = new AsyncDisposableStack();
  let interrupted = false;
  const interrupt = (signal: keyof typeof EXIT_CODES) => {
    if (interrupted) return;
    interrupted = true;
    void stack.disposeAsync().finally(() => process.exit(EXIT_CODES[signal]));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await work(stack);
  } catch (error) {
    // Ctrl-C reaches the children too, so the work fails as well; that is not worth telling.
    if (interrupted) return await new Promise(() => {});
    throw error;
  } finally {
    if (!interrupted) await stack.disposeAsync();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
