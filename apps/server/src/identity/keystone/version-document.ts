import { z } from "zod";

const version = z.object({
  id: z.string(),
  links: z.array(z.object({ rel: z.string(), href: z.string() })),
});

/** The root lists all versions. A version's own path has that version alone. */
const document = z.union([
  z.object({ versions: z.object({ values: z.array(version) }) }).transform(({ versions }) => versions.values),
  z.object({ version }).transform((only) => [only.version]),
]);

/**
 * The path of version 3 in Keystone's version document; `undefined` where there is none. Source: Keystone,
 * api-ref/source/v3/index.rst, "List versions".
 */
export function findIdentityPath(json: unknown, base: string): string | undefined {
  const parsed = document.safeParse(json);
  if (!parsed.success) return undefined;
  const found = parsed.data.find(({ id }) => /^v3(\.|$)/.test(id));
  const href = found?.links.find(({ rel }) => rel === "self")?.href;
  return href === undefined ? undefined : URL.parse(href, base)?.pathname;
}
