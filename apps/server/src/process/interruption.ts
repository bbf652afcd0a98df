/** A signal that SIGINT or SIGTERM aborts. A second one ends the process at once. */
export function interruption(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const stop = (): void => {
    forget();
    controller.abort(new Error("it was interrupted"));
  };
  const forget = (): void => {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return { signal: controller.signal, [Symbol.dispose]: forget };
}
