import type { ManyTagsChange } from "../images/model/tag-plan.ts";
import { listFilter, type SaidOfList } from "./list-filter.ts";

/** The parts of a change of many images that a test sets. */
interface SaidOfChange extends Partial<Pick<ManyTagsChange, "decide" | "actor">> {
  readonly remove?: readonly string[];
  readonly add?: readonly string[];
  readonly where?: SaidOfList;
}

/** A change of many images for a test: of a member of project alpha, refused nowhere, unless the test says otherwise. */
export function manyTagsChange(imageIds: readonly string[], said: SaidOfChange): ManyTagsChange {
  const { remove = [], add = [], where, decide = () => undefined } = said;
  const caller = { userId: "alice", projectId: "alpha", roles: new Set(["member"]) };
  return {
    imageIds,
    filter: listFilter(where),
    remove: new Set(remove),
    add: new Set(add),
    decide,
    quota: -1,
    actor: said.actor ?? { caller, requestId: "req-many" },
  };
}
