import { sql as raw, type Kysely } from "kysely";
import type { Schema } from "../sql/schema.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import type { Finding } from "./finding.ts";
import type { DatabaseKind } from "./indexes.ts";

interface Replication {
  readonly commits: string;
  readonly names: string;
  readonly standbys: string | number;
}

/** How PostgreSQL commits: by what connections find when they begin. */
const REPLICATION = raw<Replication>`
  select (select reset_val from pg_settings where name = 'synchronous_commit') as commits,
    current_setting('synchronous_standby_names') as names,
    (select count(*) from pg_stat_replication) as standbys`;

/** Finds out whether a commit may be lost with the server that made it. PostgreSQL alone is asked. */
export function* findLossyCommits(db: Kysely<Schema>, kind: DatabaseKind): Steps<Finding> {
  const [found] = kind === "postgres" ? yield* rowsOfQuery(REPLICATION.compile(db)) : [];
  const examples = found === undefined ? [] : reasons(found);
  return {
    code: "lossy-commit",
    meaning:
      "A change that was answered may be lost when the database fails, and a removed tag may be back on the standby that " +
      "takes its place. Set synchronous_commit to on, and synchronous_standby_names to a quorum of the standbys.",
    count: examples.length,
    examples,
  };
}

function reasons({ commits, names, standbys }: Replication): string[] {
  const count = Number(standbys);
  if (commits === "off") return ["synchronous_commit is off: a commit is answered before it is on any disk"];
  if (count > 0 && names === "")
    return [`synchronous_standby_names is empty: a commit waits for none of ${count} standbys`];
  if (names !== "" && commits === "local")
    return ["synchronous_commit is local: a commit waits for none of the standbys"];
  return [];
}
