import { constants } from "node:os";

/** @type {Set<() => void>} */
const undos = new Set();

process.on("exit", () => {
  for (const undo of [...undos].toReversed()) undo();
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/**
 * Has something undone should this process end before it is undone in order: Ctrl-C, an error that
 * nobody catches. The latest comes first.
 * @param {() => void} undo must not wait for anything
 * @returns {() => void} forgets it again
 */
export function undoAtExit(undo) {
  undos.add(undo);
  return () => {
    undos.delete(undo);
  };
}
