import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test, vi } from "vitest";
import { SERVED_RULES } from "../../policy/served-rules.ts";
import { ConfigError } from "../../config/config.ts";
import { explain } from "../../process/explain.ts";
import { readCallerFile } from "./caller-file.ts";
import { policyCommand } from "./policy-command.ts";

const MAIN = fileURLToPath(new URL("../../../bundle/main.js", import.meta.url));

/** An image as `GET /v2/images/{image_id}` answers it. */
const IMAGE = {
  id: "0c18a5cb-29ff-4d04-8e7f-0ccd5ec2a9f1",
  name: "first",
  status: "queued",
  visibility: "private",
  owner: "alpha",
  protected: false,
  os_hidden: false,
  checksum: null,
  os_hash_algo: null,
  os_hash_value: null,
  size: null,
  virtual_size: null,
  container_format: null,
  disk_format: null,
  created_at: "2026-11-21T20:15:52Z",
  updated_at: "2026-11-21T20:15:52Z",
  min_ram: 0,
  min_disk: 0,
  tags: ["miracle"],
  self: "/v2/images/0c18a5cb-29ff-4d04-8e7f-0ccd5ec2a9f1",
  file: "/v2/images/0c18a5cb-29ff-4d04-8e7f-0ccd5ec2a9f1/file",
  schema: "/v2/schemas/image",
  os_distro: "debian",
};

/** A token as Keystone shows it, secret to whoever else reads the terminal. */
const KEYSTONE = {
  token: {
    user: { id: "alice", name: "Alice", domain: { id: "default", name: "Default" } },
    project: { id: "alpha", name: "Alpha", domain: { id: "default", name: "Default" } },
    roles: [
      { id: "1", name: "Member" },
      { id: "2", name: "reader" },
    ],
    methods: ["password"],
    expires_at: "2026-11-22T20:15:52Z",
  },
};

const FILES = ["--token-file", "token.json", "--image", "image.json"];

const POLICY = {
  delete_image_tag: "role:tag_janitor and project_id:%(project_id)s and 'debian':%(os_distro)s",
};

describe('"policy"', () => {
  test("prints every rule in force, those of the file as they are", async () => {
    const { code, stdout, stderr } = await policy([], { policy: POLICY });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`\n"delete_image_tag": "${POLICY.delete_image_tag}"\n`);
    expect(stdout).toContain('\n#"add_image_tag": "rule:modify_image"\n');
    expect(stdout).toContain("\n# DELETE  /v2/images/{image_id}/tags/{tag}\n");
  });

  test("tells on standard error what of the file is without effect", async () => {
    const { code, stderr } = await policy([], { policy: { get_tasks: "@", frobnicate: "@" } });
    expect(code).toBe(0);
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/policy\.json: line 1: get_tasks: guards what this server does not serve$/),
      expect.stringMatching(/policy\.json: line 1: frobnicate: is no rule of the Image API/),
      "",
    ]);
  });

  test("refuses a file with mistakes, as the start does, in a line each", async () => {
    const files = { policy: { get_image: "role:a or", add_image: "rule:nope" } };
    const { code, stdout, stderr } = await policy([], files);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/line 1: get_image: at character 10: a check is missing/),
      expect.stringMatching(/line 1: add_image: refers to "rule:nope"/),
    ]);
    using folder = temporaryFolder();
    write(folder, files);
    const start = await runServer([], { IMAGETAGS_POLICY_FILE: folder.at("policy.json") }, folder.path);
    expect({ code: start.code, stdout: start.stdout }).toEqual({ code: 2, stdout: "" });
    expect(start.stderr).toContain("imagetags-server: ");
    expect(start.stderr.match(/policy\.json: line 1: (get|add)_image: /g)).toHaveLength(2);
  });
});

describe('"policy check"', () => {
  test("tells for each rule what the bearer of a Keystone token may do to an image", async () => {
    const end = await check({ policy: POLICY, token: KEYSTONE });
    expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 0, stderr: "" });
    const answers = answersIn(end);
    expect(answers["get_image"]).toBe("allowed");
    expect(answers["modify_image"]).toBe("allowed");
    expect(answers["delete_image_tag"]).toBe(
      "denied   You are not authorized to complete modify_image action.",
    );
    expect(answers["publicize_image"]).toMatch(/^denied/);
    expect(Object.keys(answers).toSorted()).toEqual(Object.keys(SERVED_RULES).toSorted());
  });

  test.each([
    ["an entry of a tokens file", { user_id: "j", project_id: "alpha", roles: ["Tag_Janitor"] }],
    [
      "a tokens file with one entry",
      { tokens: [{ token: "s", user_id: "j", project_id: "alpha", roles: ["TAG_JANITOR"] }] },
    ],
  ])("takes %s", async (_, token) => {
    const end = await check({ policy: POLICY, token }, "--rule", "delete_image_tag");
    expect([end.code, end.stdout]).toEqual([0, "delete_image_tag  allowed\n"]);
  });

  test("exits with 1 where the rule that is asked for refuses", async () => {
    const end = await check({ policy: POLICY, token: KEYSTONE }, "--rule", "delete_image_tag");
    expect(end.code).toBe(1);
    expect(end.stdout).toMatch(/^delete_image_tag {2}denied/);
  });

  test("knows what no rule widens", async () => {
    const stranger = { user_id: "b", project_id: "beta", roles: ["admin_of_beta"] };
    const files = { policy: { modify_image: "@", get_image: "@" }, token: stranger };
    const hidden = answersIn(await check(files));
    expect(hidden["modify_image"]).toBe(`denied   Image ${IMAGE.id} not found.`);
    const seen = answersIn(await check({ ...files, image: { ...IMAGE, visibility: "public" } }));
    expect(seen["get_image"]).toBe("allowed");
    expect(seen["delete_image_tag"]).toBe("denied   You do not own this image");
  });

  test("takes an image as shared with the caller's project where that is said", async () => {
    const member = { user_id: "b", project_id: "beta", roles: ["member"] };
    const files = { token: member, image: { ...IMAGE, visibility: "shared" } };
    expect(answersIn(await check(files))["modify_member"]).toBe(`denied   Image ${IMAGE.id} not found.`);
    expect(answersIn(await check(files, "--member"))["modify_member"]).toBe("allowed");
  });

  test("denies a token of the system what concerns images", async () => {
    const { project: _, ...token } = KEYSTONE.token;
    const system = { token: { ...token, system: { all: true }, roles: [{ name: "admin" }] } };
    const answers = answersIn(await check({ token: system }));
    const allowed = Object.keys(answers).filter((name) => answers[name] === "allowed");
    expect(allowed).toEqual(["context_is_admin"]);
  });

  test("reads the image from the standard input", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("token.json"), JSON.stringify(KEYSTONE));
    const args = ["policy", "check", "--token-file", "token.json", "--image", "-", "--rule", "get_image"];
    const input = JSON.stringify(IMAGE);
    const { status, stdout } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: folder.path,
      env: {},
      input,
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([0, "get_image  allowed\n"]);
  });

  test.each<[what: string, args: string[], named: string]>([
    ["no token", ["--image", "image.json"], "policy check --token-file FILE --image FILE"],
    ["no image", ["--token-file", "token.json"], "policy check --token-file FILE --image FILE"],
    ["an unknown option", ["--colour"], "'--colour'"],
    ["an unknown rule", [...FILES, "--rule", "get_tasks"], "--rule get_tasks is none of: context_is_admin,"],
    [
      "a token that is not there",
      ["--token-file", "x", "--image", "image.json"],
      "--token-file x cannot be read: ENOENT",
    ],
    [
      "an image that is not there",
      ["--token-file", "token.json", "--image", "x"],
      "--image x cannot be read: ENOENT",
    ],
    [
      "a token that is none",
      ["--token-file", "image.json", "--image", "image.json"],
      "image.json is neither the body",
    ],
    ["an image that is none", ["--token-file", "token.json", "--image", "token.json"], "no image as GET"],
  ])("%s is refused in one line", async (_, args, named) => {
    const end = await run(["check", ...args], {});
    expect([end.code, end.stdout]).toEqual([2, ""]);
    expect(end.stderr).toMatch(/^[^\n]+$/);
    expect(end.stderr).toContain(named);
  });

  test("repeats nothing of a token file that is no YAML", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("token.yaml"), "token: s3cret\n  roles: [");
    expect(() => readCallerFile(folder.at("token.yaml"))).toThrow(
      new ConfigError(`--token-file ${folder.at("token.yaml")} cannot be read: it is not valid YAML`),
    );
  });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Files {
  readonly policy?: unknown;
  readonly token?: unknown;
  readonly image?: unknown;
}

function policy(args: readonly string[], files: Files): Promise<Ended> {
  return run(args, files);
}

function check(files: Files, ...args: string[]): Promise<Ended> {
  return policy(["check", ...FILES, ...args], files);
}

/** Runs the command in this process, on these files, as `main.ts` does. */
async function run(args: readonly string[], files: Files): Promise<Ended> {
  using folder = temporaryFolder();
  write(folder, files);
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const at = (arg: string): string => (arg.endsWith(".json") ? folder.at(arg) : arg);
  const env = files.policy === undefined ? {} : { IMAGETAGS_POLICY_FILE: folder.at("policy.json") };
  try {
    return { code: await policyCommand.run(args.map(at), env), ...written };
  } catch (error) {
    const message = explain(error);
    if (message === undefined) throw error;
    return { code: 2, ...written, stderr: message };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

function write(folder: TemporaryFolder, { policy: rules, token = KEYSTONE, image = IMAGE }: Files): void {
  for (const [name, content] of Object.entries({ policy: rules ?? {}, token, image })) {
    writeFileSync(folder.at(`${name}.json`), JSON.stringify(content));
  }
}

function answersIn({ stdout }: Ended): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => /^(\S+) +(.*)$/.exec(line)?.slice(1) ?? []),
  );
}
