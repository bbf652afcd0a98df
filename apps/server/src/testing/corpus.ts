import { readFileSync } from "node:fs";
import { z } from "zod";

const record = z.object({
  name: z.string(),
  as: z
    .enum([
      "ADMIN",
      "ALPHA_MEMBER",
      "ALPHA_MEMBER2",
      "ALPHA_READER",
      "ALPHA_OBSERVER",
      "BETA_MEMBER",
      "BETA_READER",
    ])
    .optional(),
  method: z.string(),
  path: z.string(),
  accept: z.string().optional(),
  request_headers: z.record(z.string(), z.string()).optional(),
  request_body: z.string().optional(),
  status: z.int(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  message: z.string().optional(),
  after: z.array(z.string()).optional(),
  images: z.array(z.string()).optional(),
});

/**
 * One request to real Glance 25.1.0 and its reply. `after`: the image's tags afterwards, sorted. `images`:
 * the images listed.
 */
export type CorpusRecord = z.infer<typeof record>;

/** The recorded replies of real Glance whose names begin with one of these groups. */
export function corpus(groups: readonly string[]): CorpusRecord[] {
  const file = new URL("data/corpus.json", import.meta.url);
  return z
    .array(record)
    .parse(JSON.parse(readFileSync(file, "utf8")))
    .filter(({ name }) => groups.includes(name.split(".")[0] ?? ""))
    .map((found) => ({ ...found, path: wholePath(found.path) }));
}

/** Restores a path. The longest are recorded by their beginning and their length: a tag of one character repeated. */
function wholePath(path: string): string {
  const [, folder, beginning, length] = /^(.*\/tags\/)(.*)…\((\d+) chars\)$/.exec(path) ?? [];
  if (folder === undefined || beginning === undefined) return path;
  const character = /^(?:(?:%[0-9A-F]{2}){3}|.)/.exec(beginning)?.[0] ?? "";
  return folder + character.repeat((Number(length) - folder.length) / character.length);
}

/** The text of an error of Glance's, in any of its three forms. */
export function glanceMessage({ body, message }: CorpusRecord): string | undefined {
  const text = body === undefined ? message : messageInJson(body);
  if (text === undefined) return undefined;
  return text
    .replace(/^\d{3} [A-Za-z ]+\n\n/, "")
    .replaceAll(/<br \/>|\n/g, " ")
    .replaceAll(/&#x([0-9a-f]+);/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}

function messageInJson(body: string): string | undefined {
  const parsed = z.object({ message: z.string() }).safeParse(JSON.parse(body));
  return parsed.success ? parsed.data.message : undefined;
}
