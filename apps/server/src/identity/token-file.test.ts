import { hash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asOrdinaryUser } from "../testing/as-ordinary-user.ts";
import { StaticTokens } from "./static-tokens.ts";
import { readTokenFile, TokenFileError, type TokenEntry } from "./token-file.ts";

const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const WHO = { user_id: "alice", project_id: "alpha", roles: ["member"] };
const TOKEN = "s3cret-t0ken";

describe("a tokens file", () => {
  test("gives its entries, by token and by SHA-256", () => {
    expect(
      read(`
# who may use this server
tokens:
  - token: ${TOKEN}
    user_id: alice
    project_id: alpha
    roles: [member, Reader]
  - sha256: ${SHA256.toUpperCase()}
    user_id: "7"
    project_id: beta
    roles: [service]
`),
    ).toEqual([
      { token: TOKEN, user_id: "alice", project_id: "alpha", roles: ["member", "Reader"] },
      { sha256: SHA256.toUpperCase(), user_id: "7", project_id: "beta", roles: ["service"] },
    ]);
  });

  test("is read back as it was written, as YAML or as JSON, with any entries", () => {
    const word = fc.string({ minLength: 1, maxLength: 255, unit: "grapheme-ascii" });
    const secret = fc.oneof(
      fc.record({ token: fc.stringMatching(/^[\x21-\x7e]{8,80}$/) }),
      fc.record({ sha256: fc.stringMatching(/^[0-9a-fA-F]{64}$/) }),
    );
    const who = fc.record({
      user_id: word,
      project_id: word,
      roles: fc.array(word, { minLength: 1, maxLength: 3 }),
    });
    const entries = fc.array(
      fc.tuple(secret, who).map(([one, other]): TokenEntry => ({ ...one, ...other })),
      { minLength: 1, maxLength: 4 },
    );
    using folder = temporaryFolder();
    fc.assert(
      fc.property(entries, (tokens) => {
        writeFileSync(folder.at("tokens.yaml"), JSON.stringify({ tokens }));
        expect(readTokenFile(folder.at("tokens.yaml"), "any")).toEqual(tokens);
        const lines = tokens.map(
          (entry) =>
            `  -\n${Object.entries(entry)
              .map(([name, value]) => `    ${name}: ${JSON.stringify(value)}\n`)
              .join("")}`,
        );
        writeFileSync(folder.at("tokens.yaml"), `tokens:\n${lines.join("")}`);
        expect(readTokenFile(folder.at("tokens.yaml"), "any")).toEqual(tokens);
      }),
    );
  });
});

describe("a mistake in a tokens file is told with the file and the place:", () => {
  test.each<[string, unknown, string]>([
    ["tokens missing", {}, "tokens: "],
    ["tokens null", { tokens: null }, "tokens: "],
    ["tokens a map by token", { tokens: { [TOKEN]: WHO } }, "tokens: "],
    ["tokens one text", { tokens: TOKEN }, "tokens: "],
    ["an empty list", { tokens: [] }, "tokens: "],
    ["a token alone", { tokens: [TOKEN] }, "tokens.0: "],
    ["a null entry", entryAfterGood(null), "tokens.1: "],
    ["neither token nor sha256", entryAfterGood(WHO), "tokens.1: must have either "],
    [
      "both token and sha256",
      entryAfterGood({ ...WHO, token: TOKEN, sha256: SHA256 }),
      "tokens.1: must have either ",
    ],
    ["an empty token", entryAfterGood({ ...WHO, token: "" }), "tokens.1.token: "],
    ["a token with a space", entryAfterGood({ ...WHO, token: `${TOKEN} x` }), "tokens.1.token: "],
    ["a token with a line break", entryAfterGood({ ...WHO, token: `${TOKEN}\n` }), "tokens.1.token: "],
    ["a token beyond ASCII", entryAfterGood({ ...WHO, token: `${TOKEN}é` }), "tokens.1.token: "],
    ["a number for a token", entryAfterGood({ ...WHO, token: 123_456 }), "tokens.1.token: "],
    ["a null token", entryAfterGood({ ...WHO, token: null }), "tokens.1.token: "],
    ["a short sha256", entryAfterGood({ ...WHO, sha256: SHA256.slice(1) }), "tokens.1.sha256: "],
    ["a long sha256", entryAfterGood({ ...WHO, sha256: `${SHA256}0` }), "tokens.1.sha256: "],
    ["a token for a sha256", entryAfterGood({ ...WHO, sha256: TOKEN }), "tokens.1.sha256: "],
    ["no user_id", entryAfterGood(without("user_id")), "tokens.1.user_id: "],
    ["no project_id", entryAfterGood(without("project_id")), "tokens.1.project_id: "],
    ["no roles", entryAfterGood(without("roles")), "tokens.1.roles: "],
    ["an empty user_id", entryAfterGood({ ...WHO, token: TOKEN, user_id: "" }), "tokens.1.user_id: "],
    ["a number for a user_id", entryAfterGood({ ...WHO, token: TOKEN, user_id: 7 }), "tokens.1.user_id: "],
    [
      "a user_id of 256 characters",
      entryAfterGood({ ...WHO, token: TOKEN, user_id: "x".repeat(256) }),
      "tokens.1.user_id: ",
    ],
    [
      "an empty project_id",
      entryAfterGood({ ...WHO, token: TOKEN, project_id: "" }),
      "tokens.1.project_id: ",
    ],
    ["one text for the roles", entryAfterGood({ ...WHO, token: TOKEN, roles: "member" }), "tokens.1.roles: "],
    ["a token of a few characters", entryAfterGood({ ...WHO, token: TOKEN.slice(0, 7) }), "tokens.1.token: "],
    ["no role", entryAfterGood({ ...WHO, token: TOKEN, roles: [] }), "tokens.1.roles: must name a role"],
    [
      "a role that no rule knows",
      entryAfterGood({ ...WHO, token: TOKEN, roles: ["member", "membre"] }),
      "tokens.1.roles.1: must be one of: admin, manager, member, reader, service",
    ],
    ["an empty role", entryAfterGood({ ...WHO, token: TOKEN, roles: ["a", ""] }), "tokens.1.roles.1: "],
    ["a null role", entryAfterGood({ ...WHO, token: TOKEN, roles: [null] }), "tokens.1.roles.0: "],
    ["an unknown member", entryAfterGood({ ...WHO, token: TOKEN, role: "member" }), "tokens.1: "],
    ["an unknown member of the file", { tokens: [{ ...WHO, token: TOKEN }], token: TOKEN }, ""],
    ["a list", [{ ...WHO, token: TOKEN }], ""],
    ["a text", TOKEN, ""],
    ["null", null, ""],
  ])("%s", (_, content, place) => {
    const { message, path } = refusal(JSON.stringify(content));
    expect(message.startsWith(`${path}: ${place}`), message).toBe(true);
    expect(message.length).toBeGreaterThan(`${path}: ${place}`.length);
    expect(message).not.toContain("\n");
    expect(message).not.toContain(TOKEN);
    expect(message.toLowerCase()).not.toContain(SHA256.slice(1, 20));
  });

  const digest = hash("sha256", TOKEN, "hex");
  test.each([
    ["a token twice", { token: TOKEN }, { token: TOKEN }],
    ["a token and its SHA-256", { token: TOKEN }, { sha256: digest }],
    ["a SHA-256 in two cases", { sha256: digest }, { sha256: digest.toUpperCase() }],
  ])("%s", (_, one, same) => {
    const tokens = [
      { ...WHO, ...one },
      { ...WHO, token: "another-token" },
      { ...WHO, user_id: "bob", ...same },
    ];
    const { message, path } = refusal(JSON.stringify({ tokens }));
    expect(message.startsWith(`${path}: tokens.2: `), message).toBe(true);
    expect(message).not.toContain(TOKEN);
    expect(message.toLowerCase()).not.toContain(digest);
  });

  test.each([
    ["an empty file", ""],
    ["only comments", "# tokens\n"],
  ])("%s", (_, source) => {
    const { message, path } = refusal(source);
    expect(message.startsWith(`${path}: `)).toBe(true);
  });

  test.each([
    ["a tab for indentation", `tokens:\n\t- token: ${TOKEN}\n`, 2],
    ["a wrong indentation", `tokens:\n  - token: ${TOKEN}\n   user_id: a\n`, 3],
    ["an open quote", `tokens:\n  - user_id: a\n    token: "${TOKEN}\n`, 4],
    ["an open bracket", `tokens: [\n  {token: ${TOKEN},\n`, 3],
    ["a member twice", `tokens:\n  - token: ${TOKEN}\n    token: ${TOKEN}\n`, 3],
    ["a token that begins with @", `tokens:\n  - user_id: a\n    token: @${TOKEN}\n`, 3],
    ["a second document", `tokens: []\n---\ntokens: [${TOKEN}]\n`, 2],
    ["no space after the colon", `tokens:\n  - user_id: a\n    token:${TOKEN}\n    roles: []\n`, 3],
  ])("%s, with the line and without what stands in it", (_, source, line) => {
    const { message, path } = refusal(source);
    expect(message).toMatch(new RegExp(`: line ${line} is not valid YAML \\([A-Z_]+\\)$`));
    expect(message.startsWith(path)).toBe(true);
    expect(message).not.toContain(TOKEN);
  });

  // An unquoted token may begin with any of YAML's own signs.
  test("whatever the token and wherever it stands, without the token, also in Node's warnings", async () => {
    const signs = [
      "? ",
      "- ",
      "* ",
      "a: ",
      "!!str ",
      "*a ",
      "&a ",
      "{{",
      "[*",
      "<<: *",
      "%YAML ",
      "--- ",
      "\t",
    ];
    const sign = fc.constantFrom(...signs, ..."*&!|>'\"%@`{}[],?:-#~=.<$^");
    const core = fc.stringMatching(/^[a-z0-9]{12,20}$/);
    const places = [
      (token: string) => `tokens:\n  - token: ${token}\n    user_id: a\n    project_id: b\n`,
      (token: string) => `tokens:\n  - {token: ${token}, user_id: a, project_id: b}\n`,
      (token: string) => `tokens:\n  - {token:${token}, user_id: a, project_id: b, roles: []}\n`,
      (token: string) => `tokens:\n  - token:${token}\n    user_id: a\n`,
      (token: string) => `tokens:\n  - ${token}:\n      user_id: a\n`,
      (token: string) => `tokens:\n  - {${token}: , user_id: a, project_id: b, roles: []}\n`,
      (token: string) => `tokens:\n  - {user_id: a, project_id: b, roles: [], ? ${token}}\n`,
      (token: string) => `tokens:\n  - {user_id: a, project_id: b, roles: [], {token: ${token}}: x}\n`,
      (token: string) => `tokens:\n  ${token}:\n    user_id: a\n`,
      (token: string) => `tokens: ${token}\n`,
      (token: string) => `tokens: [${token}]\n`,
      (token: string) => `${token}: {user_id: a}\n`,
      (token: string) => `tokens: [{token: a, user_id: a, project_id: b, roles: []}]\n${token}: a\n`,
      (token: string) => `tokens:\n  - token: "${token}\n    user_id: a\n`,
      (token: string) => `tokens:\n  - sha256: ${token}\n    user_id: a\n    project_id: b\n    roles: []\n`,
      (token: string) => `tokens:\n  - token: x\n    user_id: a\n    project_id: b\n    roles: ${token}\n`,
      (token: string) => `tokens:\n  - token: ${token}\n   user_id: a\n`,
      (token: string) => `tokens:\n  - token: ${token}\n    token: ${token}\n`,
      (token: string) => token,
    ] as const;
    const warnings: string[] = [];
    const gather = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", gather);
    using folder = temporaryFolder();
    const path = folder.at("tokens.yaml");
    try {
      await fc.assert(
        fc.asyncProperty(
          sign,
          core,
          fc.boolean(),
          fc.constantFrom(...places),
          async (first, secret, isLast, place) => {
            writeFileSync(path, place(isLast ? secret + first : first + secret));
            let message = "";
            try {
              readTokenFile(path);
            } catch (error) {
              if (!(error instanceof TokenFileError)) throw error;
              message = error.message;
              expect(message).toContain(path);
            }
            // Node tells of a warning in the next turn.
            await new Promise((resolve) => setImmediate(resolve));
            for (const text of [message, ...warnings]) expect(text).not.toContain(secret);
          },
        ),
        { numRuns: 600 },
      );
    } finally {
      process.off("warning", gather);
    }
  });
});

describe("a tokens file that cannot be read is told with its path:", () => {
  test("one that is not there", () => {
    using folder = temporaryFolder();
    expectUnreadable(folder.at("none.yaml"));
  });

  test("a folder", () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at("tokens.yaml"));
    expectUnreadable(folder.at("tokens.yaml"));
  });

  test("one that may not be read", async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("tokens.yaml"), "tokens: []");
    chmodSync(folder.at("tokens.yaml"), 0);
    chmodSync(folder.path, 0o755);
    await asOrdinaryUser(async () => expectUnreadable(folder.at("tokens.yaml")));
  });
});

function expectUnreadable(path: string): void {
  expect(() => readTokenFile(path)).toThrow(TokenFileError);
  expect(() => readTokenFile(path)).toThrow(path);
}

/** A file whose first entry is right. */
function entryAfterGood(entry: unknown): unknown {
  return { tokens: [{ ...WHO, token: "a-good-token" }, entry] };
}

function without(name: keyof typeof WHO): unknown {
  const { [name]: _, ...rest } = WHO;
  return { ...rest, token: TOKEN };
}

function read(source: string): TokenEntry[] {
  using folder = temporaryFolder();
  writeFileSync(folder.at("tokens.yaml"), source);
  return readTokenFile(folder.at("tokens.yaml"));
}

/** The message of the error about a file, and the file's path. */
function refusal(source: string): { message: string; path: string } {
  using folder = temporaryFolder();
  const path = folder.at("tokens.yaml");
  writeFileSync(path, source);
  try {
    // Tokens are compared with each other when they become known.
    new StaticTokens(readTokenFile(path)).validate("");
  } catch (error) {
    if (error instanceof TokenFileError) return { message: error.message, path };
    throw error;
  }
  throw new Error("The file was taken.");
}
