import type { Config } from "../config/config.ts";
import { readTlsMaterial } from "../config/tls-settings.ts";
import type { TokenValidator } from "../identity/caller.ts";
import type { LivePolicy } from "../policy/live-policy.ts";
import type { Doors } from "./listening/open-doors.ts";
import type { LogOutput } from "./log/log-output.ts";
import type { Reloadable } from "./reload.ts";

/** What of a server has files that may change. */
interface ReloadableParts {
  readonly config: Pick<Config, "tls" | "logFile">;
  readonly doors: Doors;
  readonly tokens: TokenValidator;
  readonly policy: LivePolicy | undefined;
  readonly log: Partial<Pick<LogOutput, "reopen">>;
}

/** What of a server is read anew when it is told to. The log comes last: what it tells of this goes into the new file. */
export function reloadables({ config, doors, tokens, policy, log }: ReloadableParts): readonly Reloadable[] {
  const { tls } = config;
  const parts: Reloadable[] = [];
  if (tls !== undefined)
    parts.push({ what: "certificate", readAnew: () => renewCertificate(tls.files, doors) });
  if (tokens.readAnew !== undefined) parts.push({ what: "tokens", readAnew: () => tokens.readAnew?.() });
  if (policy !== undefined) parts.push({ what: "policy", readAnew: () => policy.readAnew() });
  if (config.logFile !== undefined) parts.push({ what: "log file", readAnew: () => log.reopen?.() });
  return parts;
}

/** Connections that there are stay as they are. */
function renewCertificate(files: NonNullable<Config["tls"]>["files"], { all }: Doors): string | undefined {
  const problems: string[] = [];
  const material = readTlsMaterial(files, (problem) => void problems.push(problem));
  if (material === undefined) return problems.join("; ");
  for (const { use } of all) use(material);
  return undefined;
}
