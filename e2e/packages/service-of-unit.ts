/** The user of a unit, and the script of sh that does what systemd does with it. */
export interface UnitService {
  readonly user: string;
  readonly script: string;
}

/**
 * What starts a unit where no systemd runs: its variables, then its file of settings, which root reads and the service need
 * not, then its command as its user without any capability.
 */
export function serviceOfUnit(unit: string): UnitService {
  const all = (name: string) =>
    Array.from(unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm")), ([, value = ""]) => value);
  const one = (name: string) => {
    const [value] = all(name);
    if (value === undefined) throw new Error(`The unit has no ${name}.`);
    return value;
  };
  const user = one("User");
  const settings = one("EnvironmentFile").replace(/^-/, "");
  const script = [
    ...all("Environment").map((value) => `export '${value}'`),
    `set -a; . '${settings}'; set +a`,
    `umask ${one("UMask")}`,
    `cd '${one("WorkingDirectory")}'`,
    `export HOME=$(getent passwd '${user}' | cut -d: -f6)`,
    "command=$(command -v setpriv)",
    `exec "$command" --reuid '${user}' --regid '${one("Group")}' --init-groups --no-new-privs \\`,
    `  --bounding-set=-all --inh-caps=-all ${one("ExecStart")}`,
  ].join("\n");
  return { user, script };
}
