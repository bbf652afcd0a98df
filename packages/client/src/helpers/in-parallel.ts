/**
 * Works on the items of a source, no more than `limit` at once, and gives the results in the order in which they are
 * there. The work must not fail. When the signal is aborted or the source fails, nothing more is begun; what is under
 * way is given first, and then the reason or the failure is thrown. Where the caller leaves early, what is under way is
 * waited for.
 */
export async function* inParallel<T, R>(
  source: AsyncGenerator<T, void, undefined>,
  limit: number,
  work: (item: T) => Promise<R>,
  signal: AbortSignal | undefined,
): AsyncGenerator<R, void, undefined> {
  const underWay = new Set<Promise<Event<T, R>>>();
  let asked: Promise<Event<T, R>> | undefined;
  let end: Extract<Event<T, R>, { kind: "end" }> | undefined;
  try {
    for (;;) {
      if (signal?.aborted === true) end ??= { kind: "end", failure: { cause: signal.reason } };
      if (end === undefined && underWay.size < limit) asked ??= next(source);
      const awaited = end === undefined && asked !== undefined ? [...underWay, asked] : [...underWay];
      if (awaited.length === 0) break;

      const event = await Promise.race(awaited);
      if (event.kind === "result") {
        underWay.delete(event.of);
        yield event.result;
        continue;
      }
      asked = undefined;
      if (event.kind === "end") {
        end = event;
        continue;
      }
      const done: Promise<Event<T, R>> = work(event.item).then((result) => ({
        kind: "result",
        result,
        of: done,
      }));
      underWay.add(done);
    }
  } finally {
    await Promise.all(underWay);
    await source.return();
  }
  if (end?.failure !== undefined) throw end.failure.cause;
}

type Event<T, R> =
  | { readonly kind: "item"; readonly item: T }
  | { readonly kind: "end"; readonly failure?: { readonly cause: unknown } }
  | { readonly kind: "result"; readonly result: R; readonly of: Promise<Event<T, R>> };

async function next<T>(
  source: AsyncGenerator<T, void, undefined>,
): Promise<
  { readonly kind: "item"; readonly item: T } | { readonly kind: "end"; failure?: { cause: unknown } }
> {
  try {
    const { done, value } = await source.next();
    return done === true ? { kind: "end" } : { kind: "item", item: value };
  } catch (cause) {
    return { kind: "end", failure: { cause } };
  }
}
