import { fileURLToPath } from "node:url";

/**
 * Has a process of Node keep what it compiled for the next one, in the clone: tests start hundreds, each of which would
 * compile the same again.
 */
export const COMPILED = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../../../../node_modules/.cache/compiled", import.meta.url)),
} as const;
