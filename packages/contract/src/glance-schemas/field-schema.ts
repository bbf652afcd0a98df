/** The types of JSON that the schemas of Glance name. */
type TypeName = "null" | "string" | "integer" | "boolean" | "array" | "object";

/** What a schema of Glance's says of one member: the part of JSON Schema that Glance's documents use. */
export interface FieldSchema {
  readonly type: TypeName | readonly TypeName[];
  readonly description?: string;
  readonly readOnly?: true;
  readonly writeOnly?: true;
  /** `false` for a property that images commonly have, which is no field. */
  readonly is_base?: false;
  readonly pattern?: string;
  readonly enum?: readonly (string | null)[];
  /** In code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
}

type OfType<Name> = Name extends "null"
  ? null
  : Name extends "string"
    ? string
    : Name extends "integer"
      ? number
      : Name extends "boolean"
        ? boolean
        : unknown;

/** The type of the values that a schema describes. */
export type ValueOf<Schema extends FieldSchema> = Schema extends { enum: readonly (infer Value)[] }
  ? Value
  : Schema extends { type: readonly (infer Name)[] }
    ? OfType<Name>
    : OfType<Schema["type"]>;
