import { createServer } from "node:net";
import { existsSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test, vi } from "vitest";
import { readConfig } from "../config/config.ts";
import { serve } from "./serve.ts";

test("a start that fails lets go of all that it opened, its way to know tokens too", async () => {
  using folder = temporaryFolder();
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const address = other.address();
  if (address === null || typeof address === "string") throw new Error("The other program has no port.");
  const config = readConfig({
    IMAGETAGS_DATA_DIR: folder.path,
    IMAGETAGS_LISTEN: `127.0.0.1:${address.port}`,
    IMAGETAGS_LOG_LEVEL: "error",
  });
  const close = vi.fn(() => Promise.resolve());
  const listeners = process.listenerCount("exit");
  const start = serve(config, {
    logTo: { write: () => undefined },
    tokens: { validate: () => undefined, close },
  });
  await expect(start).rejects.toThrow("EADDRINUSE");
  other.close();
  expect(close).toHaveBeenCalledOnce();
  expect(process.listenerCount("exit")).toBe(listeners);
  // SQLite removes it when the last connection is closed.
  expect(existsSync(folder.at("imagetags.db-wal"))).toBe(false);
  expect(existsSync(folder.at("imagetags.db"))).toBe(true);
});
