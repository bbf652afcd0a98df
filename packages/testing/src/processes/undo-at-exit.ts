import { constants } from "node:os";

const undos = new Set<() => void>();
let isWatched = false;

/**
 * Has something undone should this process end before it is undone in order: Ctrl-C, an error that nobody catches.
 * The latest comes first. `undo` must not wait for anything. The result forgets it again.
 */
export function undoAtExit(undo: () => void): () => void {
  watch();
  undos.add(undo);
  return () => {
    undos.delete(undo);
  };
}

function watch(): void {
  if (isWatched) return;
  isWatched = true;
  process.on("exit", () => {
    for (const undo of [...undos].toReversed()) undo();
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
