import type { Actor } from "../../../images/model/actor.ts";
import type { TagEvent } from "../../../images/model/tag-event.ts";

/** Who made a change, as the columns of an event have it. */
export interface ActorColumns {
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly roles: string | null;
  readonly request_id: string | null;
  readonly application_credential_id: string | null;
  readonly trust_id: string | null;
}

/** Where nobody asked for a change. */
const NOBODY: ActorColumns = {
  user_id: null,
  project_id: null,
  roles: null,
  request_id: null,
  application_credential_id: null,
  trust_id: null,
};

type Caller = Actor["caller"];

/** Worked out once for each caller, who makes many changes. */
const known = new WeakMap<Caller, Omit<ActorColumns, "request_id">>();

/** What an event tells of who made the change. */
export function actorColumns(actor: Actor | undefined): ActorColumns {
  if (actor === undefined) return NOBODY;
  const { caller, requestId } = actor;
  let columns = known.get(caller);
  if (columns === undefined) {
    columns = callerColumns(caller);
    known.set(caller, columns);
  }
  return { ...columns, request_id: requestId };
}

function callerColumns({ userId, projectId, roles, delegation }: Caller): Omit<ActorColumns, "request_id"> {
  return {
    user_id: storable(userId),
    project_id: storable(projectId),
    roles: storable(JSON.stringify([...roles].toSorted())),
    application_credential_id: storable(delegation?.applicationCredentialId ?? null),
    trust_id: storable(delegation?.trustId ?? null),
  };
}

/** Whoever is known by a text that PostgreSQL cannot hold must still be able to make a change. */
function storable(text: string | null): string | null {
  return text?.toWellFormed().replaceAll("\0", "\u{FFFD}") ?? null;
}

/** The same as an event has it. */
export function readActor(
  row: ActorColumns,
): Pick<TagEvent, "userId" | "projectId" | "roles" | "requestId" | "applicationCredentialId" | "trustId"> {
  return {
    userId: row.user_id,
    projectId: row.project_id,
    roles: readRoles(row.roles),
    requestId: row.request_id,
    applicationCredentialId: row.application_credential_id,
    trustId: row.trust_id,
  };
}

function readRoles(text: string | null): readonly string[] {
  const roles: unknown = JSON.parse(text ?? "[]");
  return Array.isArray(roles) ? roles.map(String) : [];
}
