import { z } from "zod";
import type { FieldSchema, ValueOf } from "./field-schema.ts";

/**
 * The check of a value by Glance's own schema, so that the published schema is the one that is checked. Lengths are
 * in code points, as in JSON Schema.
 */
export function checkBySchema<const Schema extends FieldSchema>(schema: Schema): z.ZodType<ValueOf<Schema>> {
  const types = typeof schema.type === "string" ? [schema.type] : schema.type;
  const [first, ...others] = types.filter((type) => type !== "null").map((type) => checkOfType(type, schema));
  const check = first === undefined || others.length > 0 ? z.union([first ?? z.null(), ...others]) : first;
  const nullable = types.includes("null") && (schema.enum?.includes(null) ?? true);
  // The type is read off the same schema; the test beside this holds both to a validator of JSON Schema.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (nullable ? check.nullable() : check) as z.ZodType<ValueOf<Schema>>;
}

function checkOfType(type: string, schema: FieldSchema): z.ZodType {
  switch (type) {
    case "string":
      return checkOfText(schema);
    case "integer":
      return z.int();
    case "boolean":
      return z.boolean();
    case "array":
      return z.array(schema.items === undefined ? z.unknown() : checkBySchema(schema.items));
    default:
      return checkOfObject(schema);
  }
}

function checkOfText({ pattern, minLength, maxLength, ...schema }: FieldSchema): z.ZodType {
  if (schema.enum !== undefined) return z.enum(schema.enum.filter((value) => value !== null));
  let check = z.string();
  if (pattern !== undefined) check = check.regex(new RegExp(pattern), `The value must be like ${pattern}.`);
  if (minLength !== undefined) {
    check = check
      .refine((text) => codePoints(text) >= minLength, `The value must have ${minLength} or more characters.`)
      .meta({ minLength });
  }
  if (maxLength === undefined) return check;
  return check
    .refine(
      (text) => text.length <= maxLength || codePoints(text) <= maxLength,
      `The value must have at most ${maxLength} characters.`,
    )
    .meta({ ...check.meta(), maxLength });
}

function checkOfObject({ properties = {}, required = [], additionalProperties }: FieldSchema): z.ZodType {
  const members = Object.entries(properties).map(([name, member]): [string, z.ZodType] => {
    const check = checkBySchema(member);
    return [name, required.includes(name) ? check : check.optional()];
  });
  const shape = Object.fromEntries(members);
  return additionalProperties === false ? z.strictObject(shape) : z.looseObject(shape);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
