import { z } from "zod";

/** The pattern of a UUID, as Glance writes it in its schemas. */
export const UUID_PATTERN =
  "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

/** A UUID in any case. */
export const UUID = new RegExp(UUID_PATTERN);

/** The schema of a property, of which nothing is promised. */
const anySchema = z
  .looseObject({})
  .meta({ additionalProperties: { description: "A keyword of JSON Schema, or one of Glance's own." } });

/** A JSON schema in Glance's form, which its clients read. Source: Glance api-ref, "Image schemas". */
export const schemaDocument = z
  .looseObject({
    name: z.string(),
    properties: z.record(z.string(), anySchema),
    additionalProperties: z.union([z.boolean(), z.looseObject({})]).optional(),
    links: z.array(z.looseObject({ rel: z.string(), href: z.string() })).optional(),
  })
  .meta({ id: "SchemaDocument" });

/** See {@link schemaDocument}. */
export type SchemaDocument = z.infer<typeof schemaDocument>;

/** What the links of a list are to it. */
const RELATIONS = { first: "first", next: "next", schema: "describedby" } as const;

/** The schema of a list of what `item` describes; `links` are its further members. */
export function collectionSchema(
  name: string,
  item: SchemaDocument,
  links: readonly (keyof typeof RELATIONS)[],
): SchemaDocument {
  return {
    name,
    properties: {
      [name]: { type: "array", items: item },
      ...Object.fromEntries(links.map((link) => [link, { type: "string" }])),
    },
    links: links.map((link) => ({ rel: RELATIONS[link], href: `{${link}}` })),
  };
}
