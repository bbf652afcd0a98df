/** What each role implies, as Keystone's bootstrap sets it up: admin > manager > member > reader. */
const IMPLIES: ReadonlyMap<string, readonly string[]> = new Map([
  ["admin", ["manager", "member", "reader"]],
  ["manager", ["member", "reader"]],
  ["member", ["reader"]],
]);

/** The given roles and all that they imply, in lower case. Role names are compared without case. */
export function withImpliedRoles(roles: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const role of roles) {
    const name = role.toLowerCase();
    all.add(name);
    for (const implied of IMPLIES.get(name) ?? []) all.add(implied);
  }
  return all;
}
