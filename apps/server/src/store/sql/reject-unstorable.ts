import type { PropertyValue } from "@imagetags/contract";
import { UnstorableText } from "../../images/model/image-store.ts";
import type { NewTagRule } from "../../images/model/tag-rule.ts";
import { Refusal } from "./lock-and-authorize.ts";
import type { Dialect } from "./dialect.ts";

/** Texts that are to be written. */
interface Written {
  readonly name?: string | null;
  readonly owner?: string | null;
  readonly tags?: Iterable<string>;
  readonly properties?: ReadonlyMap<string, PropertyValue>;
  readonly memberId?: string;
  readonly rule?: NewTagRule;
}

/** Refuses a change that would write a text which its column cannot hold. The error names the text. */
export function rejectUnstorable(dialect: Dialect, written: Written): void {
  const refuse = (what: string, column: `${string}.${string}`, text: string | null | undefined): void => {
    if (text === undefined || text === null || dialect.canStore(column, text)) return;
    throw new Refusal(
      new UnstorableText(`The database has no room for a character of the ${what} ${JSON.stringify(text)}.`),
    );
  };
  refuse("name", "images.name", written.name);
  refuse("owner", "images.owner", written.owner);
  refuse("member", "image_members.member", written.memberId);
  refuse("project", "imagetags_rules.project_id", written.rule?.projectId);
  refuse("pattern", "imagetags_rules.pattern", written.rule?.pattern);
  refuse("role", "imagetags_rules.unless_role", written.rule?.unlessRole);
  for (const tag of written.tags ?? []) refuse("tag", "image_tags.value", tag);
  for (const [name, value] of written.properties ?? []) {
    refuse("property name", "image_properties.name", name);
    refuse(`value of the property ${name},`, "image_properties.value", value);
  }
}
