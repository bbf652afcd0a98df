import type { GuardedKind } from "../../store/guard/guard-triggers.ts";
import type { Guarded } from "./open-guarded.ts";

/** What the account of the database must be allowed to switch the guard, beside what it serves with. */
export const NEEDED: Readonly<Record<GuardedKind, readonly string[]>> = {
  mysql: [
    "the privilege TRIGGER on image_tags (GRANT TRIGGER ON glance.image_tags TO ...);",
    "where the server has a binary log, log_bin_trust_function_creators = 1 while it is switched on, or SUPER.",
  ],
  postgres: [
    "CREATE on the schema and TRIGGER on image_tags to switch it on; to switch it off or to another version,",
    "to be the owner of image_tags and of the function imagetags_guard(), such as Glance's own account.",
  ],
};

/** With whose rights the triggers work from then on. */
const RIGHTS: Readonly<Record<GuardedKind, string>> = {
  mysql:
    "The triggers work with the rights of the account that made them: while they are there it must not be dropped, nor\n" +
    "lose SELECT and UPDATE on images and image_tags, or Glance can write no tags.",
  postgres: "The triggers work with the rights of whoever writes.",
};

/** What is said before the guard is switched. */
export function guardNotice({ name, kind }: Guarded, action: "on" | "off"): string {
  return action === "on" ? onNotice(name, kind) : offNotice(name, kind);
}

function onNotice(name: string, kind: GuardedKind): string {
  return `${name}:

What it does: two triggers on image_tags keep what this server did to tags. When Glance writes back the tags that
an image had when a request to Glance began, a tag that was removed since stays removed, and one that was added stays.
Glance notices nothing; the deletion of images, db purge and db_sync work as before. No table is altered.
"imagetags-server guard off" takes both triggers away.

What it means: tags belong to this server from then on. Glance puts tags on images that never had them, but
taking one off through Glance, or putting one on again, has no effect: all changes of tags must come here. Every
imagetags-server on this database must know the guard: an older one would answer 204 and remove nothing.

What it needs: ${NEEDED[kind].join("\n")}
${RIGHTS[kind]}

image_tags is locked for a moment; writers that are under way are waited for, 2 seconds at a time.
`;
}

function offNotice(name: string, kind: GuardedKind): string {
  return `${name}:

Both triggers are taken away. From then on Glance undoes changes of tags that are made while it saves an image.

What it needs: ${NEEDED[kind].join("\n")}
`;
}
