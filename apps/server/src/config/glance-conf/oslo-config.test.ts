import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OsloConfig, UnknownReference } from "./oslo-config.ts";
import { OsloConfigError } from "./parse-oslo-config.ts";

/** Debian's own Python, which has its packages. */
const PYTHON = "/usr/bin/python3";
const hasOslo = spawnSync(PYTHON, ["-c", "import oslo_config"]).status === 0;

const NAMES = ["a", "b", "c"] as const;

/** What oslo.config reads of files: of each the values of three options in two sections, or null for a file that it refuses. */
const SCRIPT = `
import json, sys
from oslo_config import cfg
out = []
for path in json.load(sys.stdin):
    conf = cfg.ConfigOpts()
    sections = {}
    try:
        cfg.ConfigParser(path, sections).parse()
    except Exception:
        pass
    # An option that is known and not set would stand for its default.
    for section, values in sections.items():
        for name in values:
            group = None if section == 'DEFAULT' else section.lower()
            if name in ('a', 'b', 'c') and group in (None, 'one'):
                conf.register_opt(cfg.StrOpt(name), group=group)
    try:
        conf([], project='none', default_config_files=[path], default_config_dirs=[])
        found = []
        for group in (None, 'one'):
            for name in ('a', 'b', 'c'):
                try:
                    known = name in (conf._opts if group is None else conf._groups[group]._opts)
                except KeyError:
                    known = False
                try:
                    found.append(getattr(conf if group is None else conf.one, name) if known else 'unset')
                except Exception:
                    found.append('refused')
        out.append(found)
    except cfg.ConfigFileParseError:
        out.append(None)
json.dump(out, sys.stdout)
`;

/** The same, read here. */
function readHere(text: string): (string | undefined)[] | null {
  const config = new OsloConfig();
  try {
    config.add("file", text);
  } catch (error) {
    if (error instanceof OsloConfigError) return null;
    throw error;
  }
  return ["DEFAULT", "one"].flatMap((section) => NAMES.map((name) => valueOf(config, section, name)));
}

function valueOf(config: OsloConfig, section: string, name: string): string {
  try {
    return config.find(section, name)?.value ?? "unset";
  } catch (error) {
    if (error instanceof UnknownReference) return "refused";
    throw error;
  }
}

const ODD = [
  "[DEFAULT]\na = 1\n",
  "[DEFAULT]\na = 1\n  2\n\t3\nb = x\n\n",
  "[DEFAULT]\na =\n  1\n  2\n",
  "[DEFAULT]\na = 1\n# b\n  2\n",
  "[DEFAULT]\na: 1=2\nb = 1:2\nc=: x\n",
  `[DEFAULT]\na = "x y "\nb = 'x"\nc = "\n`,
  "[DEFAULT]\na = 1\na = 2\n[one]\na = 3\n[DEFAULT]\na = 4\n",
  "[ONE]\na = 1\n[One]\nb = 2\n[default]\na = 9\n",
  "[DEFAULT]\na = x$$y\nb = \\$a ${a}\nc = $b-$1-$ $\n",
  "[one]\na = $b\n[DEFAULT]\nb = d\nc = ${one.a} $one.a\n",
  "[DEFAULT]\r\na = 1\r\n  2\r\n",
  "; c\n[DEFAULT]\n;a = 1\n#b = 2\nc = 3 # not a comment\n",
  "[DEFAULT] \na = 1\n[one] # no\n",
  " [DEFAULT]\n",
  "[DEFAULT]\n= 1\n",
  "[DEFAULT]\na\n",
  "a = 1\n",
  "[]\n",
  "[DEFAULT]\na = \u00e9\u00a0\nb = \u3000x\n",
];

const line = fc.oneof(
  fc.constantFrom("[DEFAULT]", "[one]", "[ONE]", "", "  ", "# c", "; c", "  more", "\tmore $a", "[one", "a"),
  fc
    .tuple(
      fc.constantFrom(...NAMES),
      fc.constantFrom("=", " = ", ":", " : "),
      fc.string({
        unit: fc.constantFrom("$", "{", "}", "a", "b", ".", "\\", '"', "'", " ", "=", ":", "1", "#"),
      }),
    )
    .map((parts) => parts.join("")),
);

describe("files in oslo.config's syntax", () => {
  test.skipIf(!hasOslo)(
    "are read as Debian's oslo.config reads them, odd ones too (python3-oslo.config)",
    () => {
      using folder = temporaryFolder();
      const random = fc.sample(fc.array(line, { maxLength: 12 }), { seed: 7, numRuns: 400 });
      const texts = [...ODD, ...random.map((lines) => ["[DEFAULT]", ...lines].join("\n"))];
      const paths = texts.map((text, index) => {
        const path = folder.at(`${index}.conf`);
        writeFileSync(path, text);
        return path;
      });
      const { stdout, stderr } = spawnSync(PYTHON, ["-c", SCRIPT], {
        input: JSON.stringify(paths),
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      const theirs: unknown = JSON.parse(stdout);
      expect(theirs).toHaveLength(texts.length);
      const differing = texts.filter(
        (text, index) =>
          JSON.stringify(readHere(text)) !==
          JSON.stringify(Array.isArray(theirs) ? theirs[index] : undefined),
      );
      expect(differing).toEqual([]);
    },
  );

  test("know continued lines, quotes, references and the last of several", () => {
    expect(readHere(`[DEFAULT]\na = x\n  y\nb = "q "\nb = $a-$$-\${one.c}\n[ONE]\nc = z\n`)).toEqual([
      "x\ny",
      "x\ny-$-z",
      "unset",
      "unset",
      "unset",
      "z",
    ]);
  });
});
