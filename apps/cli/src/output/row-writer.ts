import { csvRecord } from "./csv.ts";
import { jsonText } from "./json.ts";
import type { OutputFormat } from "./output-format.ts";
import { plainText, type Row, type Value } from "./row.ts";
import { safeLines, safeText, singleLine } from "./safe-text.ts";
import type { Sink } from "./standard-output.ts";

/** Writes rows one by one as they come, in one format; only a table waits for all of them. */
export interface RowWriter {
  write(row: Row): Promise<void>;
  /** Writes what is left; to be called once, after the last row. */
  end(): Promise<void>;
}

/** A writer of the columns that are named, in their order. */
export async function createRowWriter(
  format: OutputFormat,
  columns: readonly string[],
  sink: Sink,
): Promise<RowWriter> {
  switch (format) {
    case "table":
      return await tableWriter(columns, sink);
    case "json":
      return listWriter({ first: "[\n", between: ",\n", last: "\n]\n", none: "[]\n" }, columns, sink, (row) =>
        jsonText(row).replaceAll(/^/gm, "  "),
      );
    case "yaml": {
      const { yamlText } = await import("./yaml.ts");
      const marks = { first: "", between: "", last: "", none: "[]\n" };
      return listWriter(marks, columns, sink, (row) => yamlText([row]));
    }
    case "csv": {
      const shown = sink.isTerminal ? safeLines : (text: string) => text;
      return lineWriter(columns, sink, (values) => shown(csvRecord(values)), csvRecord(columns));
    }
    case "value":
      return lineWriter(columns, sink, (values) => `${values.map(valueText(sink)).join("\t")}\n`, "");
  }
}

/** Writes one thing in one format: an object for JSON and YAML, a line for each value for `value`. */
export async function writeRecord(format: OutputFormat, record: Row, sink: Sink): Promise<void> {
  switch (format) {
    case "table": {
      const { recordLines } = await import("./table.ts");
      return await sink.write(`${(await recordLines(record, sink.width)).join("\n")}\n`);
    }
    case "json":
      return await sink.write(`${jsonText(record)}\n`);
    case "yaml": {
      const { yamlText } = await import("./yaml.ts");
      return await sink.write(yamlText(record));
    }
    case "csv": {
      const writer = await createRowWriter("csv", Object.keys(record), sink);
      return await writer.write(record);
    }
    case "value":
      return await sink.write(
        Object.values(record)
          .map((value) => `${valueText(sink)(value)}\n`)
          .join(""),
      );
  }
}

function valueText(sink: Sink): (value: Value | undefined) => string {
  return (value) => (sink.isTerminal ? safeText : singleLine)(plainText(value));
}

async function tableWriter(columns: readonly string[], sink: Sink): Promise<RowWriter> {
  const { tableLines } = await import("./table.ts");
  const rows: Row[] = [];
  return {
    write(row) {
      rows.push(row);
      return Promise.resolve();
    },
    async end() {
      if (rows.length === 0) return;
      const [heads = "", ...lines] = await tableLines(columns, rows, sink.width);
      await sink.write(`${sink.bold(heads)}\n`);
      for (const line of lines) await sink.write(`${line}\n`);
    },
  };
}

interface Marks {
  readonly first: string;
  readonly between: string;
  readonly last: string;
  readonly none: string;
}

function listWriter(
  marks: Marks,
  columns: readonly string[],
  sink: Sink,
  text: (row: Row) => string,
): RowWriter {
  let isEmpty = true;
  return {
    async write(row) {
      const chosen = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
      const before = isEmpty ? marks.first : marks.between;
      isEmpty = false;
      await sink.write(before + text(chosen));
    },
    end: () => sink.write(isEmpty ? marks.none : marks.last),
  };
}

function lineWriter(
  columns: readonly string[],
  sink: Sink,
  text: (values: readonly (Value | undefined)[]) => string,
  heads: string,
): RowWriter {
  let isFirst = true;
  const begin = () => {
    const before = isFirst ? heads : "";
    isFirst = false;
    return before;
  };
  return {
    write: (row) => sink.write(begin() + text(columns.map((column) => row[column] ?? null))),
    end: () => sink.write(begin()),
  };
}
