import { launch, type Running } from "@imagetags/testing/processes/program";
import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { undoAtExit } from "@imagetags/testing/processes/undo-at-exit";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** A store of images and containers of its own: that of the machine is left alone. */
export interface BuildahStore extends Disposable {
  /** Runs a command of buildah, and resolves with what it printed. */
  readonly run: (...args: string[]) => Promise<string>;
  /** Starts a command in a container, which runs on. */
  readonly start: (args: readonly string[]) => Running;
}

/** Makes a store in a folder. Its containers are unmounted with the scope. */
export function buildahStore(folder: string): BuildahStore {
  const store = [
    "--root",
    join(folder, "store"),
    "--runroot",
    join(folder, "state"),
    "--storage-driver",
    "vfs",
  ];
  const environment = { HOME: folder, XDG_RUNTIME_DIR: folder };
  const unmount = () => {
    spawnSync("buildah", [...store, "umount", "--all"], { env: { ...process.env, ...environment } });
  };
  const forget = undoAtExit(unmount);
  return {
    run: async (...args) => (await runToEnd("buildah", [...store, ...args], { env: environment })).trim(),
    start: (args) =>
      launch({
        name: "The container",
        command: "buildah",
        args: [...store, ...args],
        folder,
        env: environment,
      }),
    [Symbol.dispose]() {
      forget();
      unmount();
    },
  };
}
