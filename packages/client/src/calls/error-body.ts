import { errorBody, IMS_ERROR_CODES, type ErrorBody } from "@imagetags/contract";
import { isRecord } from "./is-record.ts";

/** RFC 9110, section 15. */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** What an error body says of the error, as far as it does. */
interface Said {
  readonly code?: number | string;
  readonly title?: string;
  readonly message: string;
}

/**
 * The error of a reply in the contract's form, whichever form the server has: that of the contract and of the IMS
 * documents, `{"error":{"message","code"}}`; an API gateway's, `{"error_code","error_msg"}`; JSON, HTML or plain text of
 * Glance, or of a proxy before it. A code of the IMS gives the reason that means the same, and a reason that this version
 * does not know is left out. The message is plain text. What says nothing gets the status's name for a message.
 *
 * Sources: Image Management Service, "Error Codes"; WebOb, webob/exc.py, which makes Glance's.
 */
export function readErrorBody(status: number, contentType: string | null, text: string): ErrorBody {
  const json = parsed(text);
  const own = errorBody.safeParse(json);
  if (own.success) return own.data;
  const said = isRecord(json) ? saidInJson(json) : { message: saidInText(text, contentType) };
  const title = said?.title ?? TITLES[status] ?? "Error";
  const message = said?.message ?? "";
  const code = said?.code ?? status;
  const reason = IMS_ERROR_CODES.get(code);
  return {
    error: {
      code,
      title,
      message: message === "" ? `${title}.` : message,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

function saidInJson(json: Readonly<Record<string, unknown>>): Said | undefined {
  for (const said of [json, ...Object.values(json)]) {
    if (!isRecord(said)) continue;
    const message = firstText(said["message"], said["error_msg"], said["errorMsg"], said["error"]);
    if (message === undefined) continue;
    const code = codeIn(said["code"] ?? said["error_code"] ?? said["errorCode"]);
    const title = firstText(said["title"]);
    return {
      message: tidied(message.replaceAll(/<br ?\/?>/gi, " ")),
      ...(code === undefined ? {} : { code }),
      ...(title === undefined ? {} : { title }),
    };
  }
  return undefined;
}

/** Glance writes the code of its JSON as `"404 Not Found"`. */
function codeIn(code: unknown): number | string | undefined {
  if (typeof code === "number" && Number.isInteger(code)) return code;
  if (typeof code !== "string" || code === "") return undefined;
  const status = /^(\d{3})(?: |$)/.exec(code)?.[1];
  return status === undefined ? code : Number(status);
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === "string" && value !== "");
}

/** A page or plain text without its first line, where that is but the status. */
function saidInText(text: string, contentType: string | null): string {
  const isPage = /^text\/html\b/i.test(contentType ?? "") || /^\s*<(?:!doctype|html)\b/i.test(text);
  const plain = isPage ? textOfPage(text) : text;
  return tidied(plain.replace(/^\s*\d{3}(?: [A-Z][A-Za-z-]*)+(?=\s*\n|\s*$)/, ""));
}

/** The start of a page is enough, and bounds the work for a page that is made to be slow to read. */
const PAGE_CHARACTERS = 8192;

function textOfPage(page: string): string {
  return page
    .slice(0, PAGE_CHARACTERS)
    .replaceAll(/<(head|style|script)\b.*?<\/\1\s*>/gis, " ")
    .replaceAll(/<\/?(?:h\d|p|br|div|hr|title)\b[^>]*>/gi, "\n")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(
      /&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi,
      (entity, name: string) => characterOf(name) ?? entity,
    );
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
]);

function characterOf(name: string): string | undefined {
  if (!name.startsWith("#")) return ENTITIES.get(name.toLowerCase());
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The text without blanks around it and without blank lines. Lines and their indents stay. */
function tidied(text: string): string {
  return text
    .replaceAll(/[^\S\n]+$/gm, "")
    .replaceAll(/\n{2,}/g, "\n")
    .trim();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
