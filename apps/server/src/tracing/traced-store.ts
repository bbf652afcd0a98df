import { traceScope } from "../trace-scope.ts";

/**
 * The same store, whose operations are spans of the requests that they are done for. What has no promise for an answer has
 * none. `system` is the database by the names of OpenTelemetry's semantic conventions.
 */
export function tracedStore<Store extends object>(store: Store, system: string): Store {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(store, {
    get(target, name): unknown {
      const known = wrapped.get(name);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const traced = (...args: unknown[]): unknown =>
        tracedOperation(() => Reflect.apply(value, target, args), String(name), system);
      wrapped.set(name, traced);
      return traced;
    },
  });
}

function tracedOperation(work: () => unknown, name: string, system: string): unknown {
  const call = traceScope()?.call(name, { "db.system.name": system, "db.operation.name": name });
  if (call === undefined) return work();
  const outcome = work();
  if (!(outcome instanceof Promise)) return outcome;
  outcome.then(
    () => call.end(),
    (error: unknown) => call.fail(error instanceof Error ? error.name : "error"),
  );
  return outcome;
}
