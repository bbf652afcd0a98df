import { attributesOf, credentialsOf, referencesOf, type Check } from "./check.ts";
import { CREDENTIALS } from "./credentials.ts";
import { INCOMPARABLE_ATTRIBUTES } from "./policy-target.ts";
import { isServed } from "./served-rules.ts";
import { UNSERVED_RULES } from "./unserved-rules.ts";

/** What has no effect here in a rule. `checks` are all the rules there are. */
export function notesOn(
  name: string,
  check: Check,
  checks: ReadonlyMap<string, Check | undefined>,
): string[] {
  const notes: string[] = [];
  if (UNSERVED_RULES.has(name)) {
    notes.push("guards what this server does not serve");
  } else if (!isServed(name) && !isReferredTo(name, checks)) {
    notes.push("is no rule of the Image API, and no other rule refers to it");
  }
  for (const attribute of new Set(attributesOf(check)).intersection(INCOMPARABLE_ATTRIBUTES)) {
    notes.push(`compares with %(${attribute})s, which is no single text: that never holds`);
  }
  for (const attribute of new Set(credentialsOf(check)).difference(CREDENTIALS)) {
    notes.push(`asks for the caller's "${attribute}", which no caller has: that never holds`);
  }
  return notes;
}

function isReferredTo(name: string, checks: ReadonlyMap<string, Check | undefined>): boolean {
  return checks.values().some((check) => check !== undefined && referencesOf(check).includes(name));
}
