import { patternMatcher, patternProblem } from "@imagetags/contract";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import type { Webhook } from "../notifications/webhooks/webhook-destination.ts";
import { readWebhookSecret } from "../notifications/webhooks/webhook-signature.ts";
import { readCertificates } from "./certificates.ts";
import type { Problem } from "./documented.ts";
import { filePath } from "./file-path.ts";
import { readText } from "./read-text.ts";
import { webhookUrl } from "./webhook-url.ts";

const NAME = "IMAGETAGS_WEBHOOKS_FILE";
/** The most receivers: each change of a tag writes a row for each of them. */
const MOST = 50;
const MOST_LISTED = 100;
/** The most secrets of one receiver, which it may know one of. */
const MOST_SECRETS = 3;

/** The parser's and the schema's own messages may hold what the file holds, and with it a secret. */
const unknownMember = (known: string) => ({
  error: ({ code }: { readonly code?: string | undefined }) =>
    code === "unrecognized_keys" ? `has a member other than ${known}` : undefined,
});

const pattern = z.string().refine((text) => patternProblem(text) === undefined, {
  error: ({ input }) => patternProblem(String(input)),
});

function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .min(1, "must not be empty")
    .max(MOST_LISTED, `must have at most ${MOST_LISTED}`)
    .optional();
}

const entry = z
  .strictObject(
    {
      name: z
        .string()
        .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "must be at most 40 of a-z, 0-9 and - between them")
        .refine((name) => name !== "rabbitmq", "must not be rabbitmq, which RabbitMQ is called"),
      url: webhookUrl(),
      secret: z.string().optional(),
      secret_file: filePath().optional(),
      cacert: filePath().optional(),
      tags: listOf(pattern),
      projects: listOf(z.string().min(1).max(255)),
      actions: listOf(z.enum(["added", "removed"], "must be added or removed")),
    },
    unknownMember("name, url, secret, secret_file, cacert, tags, projects and actions"),
  )
  .refine(({ secret, secret_file }) => (secret === undefined) !== (secret_file === undefined), {
    message: "must have either secret or secret_file",
  });

const file = z.strictObject(
  { webhooks: z.array(entry).min(1, "must not be empty").max(MOST, `must have at most ${MOST}`) },
  unknownMember("webhooks"),
);

/** Reads the receivers of webhooks. Tells what is wrong with the file, and where, and repeats nothing of a secret. */
export function readWebhooksFile(path: string, problem: Problem): readonly Webhook[] {
  const source = readText(NAME, path, problem);
  if (source === undefined) return [];
  const wrong = (sentence: string): void => problem(`${NAME}: ${path}: ${sentence}`);
  const content = parse(source, wrong);
  if (content === undefined) return [];
  const parsed = file.safeParse(content.value);
  for (const { path: at, message } of parsed.error?.issues ?? []) {
    wrong(at.length === 0 ? message : `${at.join(".")}: ${message}`);
  }
  const entries = parsed.data?.webhooks ?? [];
  const names = entries.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) wrong(`webhooks.${index}.name: another is called so`);
  }
  return entries.flatMap((one, index) => {
    const tell: Problem = (sentence) => wrong(`webhooks.${index}.${sentence}`);
    const secrets = readSecrets(one, dirname(path), tell);
    const { cacert } = one;
    const ca =
      cacert === undefined ? undefined : readCertificates("cacert", resolve(dirname(path), cacert), tell);
    if (cacert !== undefined && !one.url.startsWith("https:")) tell("cacert has no meaning for an http URL");
    return secrets.length === 0 ? [] : [{ name: one.name, url: one.url, secrets, ca, wants: wantsOf(one) }];
  });
}

function parse(source: string, wrong: (sentence: string) => void): { readonly value: unknown } | undefined {
  const document = parseDocument(source, { prettyErrors: false, logLevel: "error" });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    // The parser's own message may quote the line, and with it a secret.
    const line = source.slice(0, mistake.pos[0]).split("\n").length;
    wrong(`line ${line} is not valid YAML (${mistake.code})`);
    return undefined;
  }
  try {
    return { value: document.toJS() };
  } catch {
    wrong("an alias (*name) in it leads nowhere");
    return undefined;
  }
}

/** One secret, or several with blanks or line breaks between, while one takes the place of another. */
function readSecrets(
  { secret, secret_file: path }: z.infer<typeof entry>,
  folder: string,
  tell: Problem,
): readonly Uint8Array[] {
  const from = path === undefined ? "secret" : "secret_file";
  const text = path === undefined ? secret : readText(from, resolve(folder, path), tell);
  if (text === undefined) return [];
  const words = text.split(/\s+/).filter((word) => word !== "");
  const secrets = words.map(readWebhookSecret).filter((one) => one !== undefined);
  if (words.length >= 1 && words.length <= MOST_SECRETS && secrets.length === words.length) return secrets;
  tell(
    `${from} must be whsec_ and 24 to 64 bytes in base64, or at most ${MOST_SECRETS} of these with blanks between: ` +
      `echo "whsec_$(openssl rand -base64 32)" makes one`,
  );
  return [];
}

function wantsOf({ tags, projects, actions }: z.infer<typeof entry>): Webhook["wants"] {
  const patterns = tags?.map(patternMatcher);
  const owners = projects === undefined ? undefined : new Set<string | null>(projects);
  return ({ tag, owner, action }) =>
    (patterns?.some((fits) => fits(tag)) ?? true) &&
    (owners?.has(owner) ?? true) &&
    (actions?.includes(action) ?? true);
}
