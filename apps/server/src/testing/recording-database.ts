import type { SqlDatabase } from "../store/sql/sql-database.ts";
import type { Call, Steps } from "../store/sql/statement.ts";

/** A database that adds every statement of its changes and reads to `calls`, without those of a batch. */
export function recordingDatabase(database: SqlDatabase, calls: Call[]): SqlDatabase {
  function* noted<Result>(steps: Steps<Result>): Steps<Result> {
    let step = steps.next();
    while (step.done !== true) {
      calls.push(step.value);
      step = steps.next(yield step.value);
    }
    return step.value;
  }
  return {
    queries: database.queries,
    dialect: database.dialect,
    moments: database.moments,
    recordsEvents: database.recordsEvents,
    hasOutbox: database.hasOutbox,
    destinations: database.destinations,
    holdsRules: database.holdsRules,
    isGlances: database.isGlances,
    change: (steps) => database.change(() => noted(steps())),
    read: (steps) => database.read(() => noted(steps())),
    autocommit: (steps) => database.autocommit(() => noted(steps())),
    probe: (steps) => database.probe(steps),
    removePreauthorized: (removal) => database.removePreauthorized(removal),
    figures: () => database.figures(),
    overloaded: () => database.overloaded(),
    close: () => database.close(),
  };
}
