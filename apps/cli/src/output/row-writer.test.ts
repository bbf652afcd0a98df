import { parse as parseCsv } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { oddText } from "../testing/odd-text.ts";
import type { OutputFormat } from "./output-format.ts";
import { createRowWriter, writeRecord } from "./row-writer.ts";
import type { Row } from "./row.ts";
import type { Sink } from "./standard-output.ts";

const COLUMNS = ["name", "tags"];
const rows = fc.array(
  fc.record({ name: fc.oneof(oddText, fc.constant(null)), tags: fc.array(oddText, { maxLength: 4 }) }),
  { maxLength: 5 },
);
/** What a terminal takes for more than a character; of control characters only line ends and tabs may be printed. */
const UNSAFE = /(?![\r\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe("what is written for programs reads back as it was:", () => {
  test("json", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        expect(JSON.parse(await written("json", some))).toEqual(some);
      }),
    );
  });

  test.each(["1.2", "1.1"] as const)("yaml, by version %s", async (version) => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        expect(parseYaml(await written("yaml", some), { version })).toEqual(some);
      }),
    );
  });

  test("csv, with a list as JSON and what is absent as nothing", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        const [heads, ...records]: string[][] = parseCsv(await written("csv", some), {
          record_delimiter: "\r\n",
          bom: false,
        });
        expect(heads).toEqual(COLUMNS);
        const read = records.map(([name = "", tags = ""]) => ({ name, tags: JSON.parse(tags) as unknown }));
        expect(read).toEqual(some.map((row) => ({ ...row, name: row.name ?? "" })));
      }),
    );
  });

  test("a record as json, yaml and csv", async () => {
    const property = fc.record({ name: oddText, tags: fc.array(oddText), size: fc.option(fc.nat()) });
    await fc.assert(
      fc.asyncProperty(property, async (record) => {
        expect(JSON.parse(await recorded("json", record))).toEqual(record);
        expect(parseYaml(await recorded("yaml", record))).toEqual(record);
        const [, values]: string[][] = parseCsv(await recorded("csv", record), { record_delimiter: "\r\n" });
        expect(values).toEqual([record.name, JSON.stringify(record.tags), String(record.size ?? "")]);
      }),
    );
  });
});

test("value is one line for each row, with a tab between columns, whatever the values hold", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (some) => {
      const lines = (await written("value", some)).split("\n");
      expect(lines.pop()).toBe("");
      expect(lines.map((line) => line.split("\t").length)).toEqual(some.map(() => 2));
    }),
  );
});

test("value gives text without control characters as it is", async () => {
  expect(await written("value", [{ name: "a b\u00AD", tags: [] }], ["name"])).toBe("a b\u00AD\n");
});

test.each(["table", "json", "yaml", "csv", "value"] as const)(
  "%s on a terminal has nothing that the terminal would obey",
  async (format) => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        expect(await written(format, some, COLUMNS, { isTerminal: true, width: 80 })).not.toMatch(UNSAFE);
      }),
    );
  },
);

test.each(["json", "yaml"] as const)("%s is as safe where it is no terminal", async (format) => {
  await fc.assert(
    fc.asyncProperty(rows, async (some) => {
      expect(await written(format, some)).not.toMatch(UNSAFE);
    }),
  );
});

test("no rows at all are an empty list, the heads of csv, or nothing", async () => {
  const formats = ["json", "yaml", "csv", "value", "table"] as const;
  expect(await Promise.all(formats.map((format) => written(format, [])))).toEqual([
    "[]\n",
    "[]\n",
    "name,tags\r\n",
    "",
    "",
  ]);
});

test("empty text and what is absent differ in csv", async () => {
  expect(
    await written("csv", [
      { name: "", tags: [] },
      { name: null, tags: [] },
    ]),
  ).toBe('name,tags\r\n"",[]\r\n,[]\r\n');
});

async function written(
  format: OutputFormat,
  some: readonly Row[],
  columns: readonly string[] = COLUMNS,
  terminal: Partial<Sink> = {},
): Promise<string> {
  const { sink, text } = memorySink(terminal);
  const writer = await createRowWriter(format, columns, sink);
  for (const row of some) await writer.write(row);
  await writer.end();
  return text();
}

async function recorded(format: OutputFormat, record: Row): Promise<string> {
  const { sink, text } = memorySink({});
  await writeRecord(format, record, sink);
  return text();
}

function memorySink(terminal: Partial<Sink>): { sink: Sink; text: () => string } {
  let all = "";
  const sink: Sink = {
    isTerminal: false,
    width: Infinity,
    bold: (heads) => heads,
    write(part) {
      all += part;
      return Promise.resolve();
    },
    ...terminal,
  };
  return { sink, text: () => all };
}
