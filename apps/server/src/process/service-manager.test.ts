import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { SURROUNDINGS } from "@imagetags/testing/processes/program";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test, vi } from "vitest";
import { IS_WHOLE } from "@imagetags/testing/test-matrix";
import { describeOnDatabases } from "../testing/database-kinds.ts";
import { workersOf } from "../testing/workers-of.ts";

/** Servers are slow to start where the machine has much else to do. */
const timeout = 120_000;

/**
 * The environment of a service, and what was sent over its socket: a command in the place of `systemd-notify` writes it
 * down. The real one is tried by `e2e/packages`.
 */
function serviceIn(folder: TemporaryFolder, watchdog: number) {
  const sent = folder.at("sent");
  const command = folder.at("systemd-notify");
  writeFileSync(command, `#!/bin/sh\necho "$*" >> '${sent}'\n`);
  chmodSync(command, 0o755);
  return {
    settings: {
      PATH: `${folder.path}:${SURROUNDINGS.PATH}`,
      NOTIFY_SOCKET: "/run/nowhere",
      WATCHDOG_USEC: String(watchdog * 1_000),
    },
    sent: () => (existsSync(sent) ? readFileSync(sent, "utf8").trimEnd().split("\n") : []),
  };
}

test(
  "a service manager is told of the start, again and again that the server works, and of the end",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    const { settings, sent } = serviceIn(folder, 300);
    await using server = await startServer({ settings: { ...settings, IMAGETAGS_DRAIN_DELAY: "0.5" } });
    await vi.waitFor(() => expect(sent().filter((line) => line === "WATCHDOG=1").length).toBeGreaterThan(2), {
      timeout,
    });
    expect(sent()[0]).toBe(`READY=1 STATUS=Answering at ${server.url}`);
    server.child.kill("SIGTERM");
    expect(await server.ended()).toMatchObject({ code: 0, stderr: "" });
    expect(sent()).toContain(
      "STOPPING=1 STATUS=Answering the requests under way EXTEND_TIMEOUT_USEC=35500000",
    );
  },
);

test(
  "one that cannot be told does not keep the server from its work, and the log tells so once",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    const { settings } = serviceIn(folder, 300);
    writeFileSync(folder.at("systemd-notify"), "#!/bin/sh\necho no such socket >&2\nexit 1\n");
    await using server = await startServer({ settings });
    await vi.waitFor(
      () => expect(server.stdout()).toContain("The service manager could not be told READY=1"),
      { timeout },
    );
    server.child.kill("SIGTERM");
    const { code, stdout } = await server.ended();
    expect(code).toBe(0);
    expect(stdout.match(/could not be told/g)).toHaveLength(1);
  },
);

test(
  "nothing is told where no service manager asked, nor signs of life where another process is to give them",
  { timeout },
  async () => {
    using folder = temporaryFolder();
    const { settings, sent } = serviceIn(folder, 100);
    {
      await using server = await startServer({ settings: { ...settings, NOTIFY_SOCKET: "" } });
      server.child.kill("SIGTERM");
      await server.ended();
    }
    expect(sent()).toEqual([]);
    await using other = await startServer({ settings: { ...settings, WATCHDOG_PID: "1" } });
    await vi.waitFor(() => expect(sent()).toHaveLength(1), { timeout });
    other.child.kill("SIGTERM");
    await other.ended();
    expect(sent().map((line) => line.split(" ")[0])).toEqual(["READY=1", "STOPPING=1"]);
  },
);

describeOnDatabases(
  "several workers over",
  (kind) => {
    test(
      "give signs of life together only, and tell of a rolling restart as of a reload",
      { timeout },
      async () => {
        using folder = temporaryFolder();
        const { settings, sent } = serviceIn(folder, 300);
        await using database = await kind.open();
        await using server = await startServer({
          settings: { ...settings, IMAGETAGS_DATABASE_URL: database.url, IMAGETAGS_WORKERS: "2" },
        });
        const signs = () => sent().filter((line) => line === "WATCHDOG=1").length;
        await vi.waitFor(() => expect(signs()).toBeGreaterThan(1), { timeout });
        const [hung = 0] = workersOf(server);
        process.kill(hung, "SIGSTOP");
        await vi.waitFor(() => expect(server.stdout()).toContain("a worker does not answer"), { timeout });
        const before = signs();
        process.kill(hung, "SIGCONT");
        await vi.waitFor(() => expect(signs()).toBeGreaterThan(before), { timeout });

        process.kill(server.pid, "SIGUSR2");
        await vi.waitFor(() => expect(sent().filter((line) => line.startsWith("READY=1"))).toHaveLength(2), {
          timeout,
        });
        const states = sent()
          .filter((line) => line !== "WATCHDOG=1")
          .map((line) => line.replace(/\d+$/, "N").split(" STATUS")[0]);
        expect(states).toEqual(["READY=1", "RELOADING=1 MONOTONIC_USEC=N", "READY=1"]);
        server.child.kill("SIGTERM");
        expect(await server.ended()).toMatchObject({ code: 0, stderr: "" });
      },
    );
  },
  ({ hasGlancesImages, isServer, name }) =>
    !hasGlancesImages && isServer && (IS_WHOLE || name.includes("PostgreSQL")),
);
