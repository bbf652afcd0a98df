import type { Command } from "./command.ts";
import { backupCommand } from "./backup-command.ts";
import { eventsCommand } from "./events/events-command.ts";
import { guardCommand } from "./guard/guard-command.ts";
import { doctorCommand } from "./doctor/doctor-command.ts";
import { migrateCommand } from "./migrate-command.ts";
import { policyCommand } from "./policy/policy-command.ts";
import { purgeCommand } from "./purge/purge-command.ts";
import { serveCommand } from "./serve-command.ts";
import { upgradeCommand } from "./upgrade/upgrade-command.ts";

/** Every command of `imagetags-server`, in the order of `--help`. The first is the default. */
export const COMMANDS: readonly [Command, ...Command[]] = [
  serveCommand,
  migrateCommand,
  doctorCommand,
  guardCommand,
  backupCommand,
  purgeCommand,
  eventsCommand,
  policyCommand,
  upgradeCommand,
];
