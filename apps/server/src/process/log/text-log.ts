import { prettyFactory } from "pino-pretty";
import { inForm, type LogOutput } from "./log-output.ts";

/** What the terminal would obey instead of showing it, but for the ends of lines. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /(?!\n)[\u0000-\u001F\u007F-\u009F]/g;

/** A destination for lines of JSON. It writes them to `output` as people read them. */
export function textLines(output: LogOutput): LogOutput {
  const toText = prettyFactory({
    colorize: false,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
    ignore: "method,path,status,aborted,ms",
    singleLine: true,
    messageFormat: (line, message) => {
      const text = (name: string): string => {
        const value: unknown = line[name];
        return typeof value === "string" || typeof value === "number" ? String(value) : "";
      };
      if (!("method" in line)) return text(message);
      const status = line["aborted"] === true ? "aborted" : text("status");
      return `${text("method")} ${text("path")} ${status} ${text("ms")} ms`;
    },
  });
  return inForm(output, (line) => toText(line).replaceAll(CONTROL, "\u{FFFD}"));
}
