import { z } from "zod";

/** A setting as `--help` and the documentation list it. */
export interface Setting {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}

const notes = z.registry<Omit<Setting, "name">>();

/** A setting's schema, its default and its meaning for people. */
export function documented<Schema extends z.ZodType>(
  schema: Schema,
  otherwise: string,
  meaning: string,
): Schema {
  notes.add(schema, { default: otherwise, meaning });
  return schema;
}

/** Every setting of a schema that {@link documented} made, in its order. */
export function settingsOf({ shape }: z.ZodObject): readonly Setting[] {
  return Object.entries(shape).map(([name, schema]) => {
    const note = notes.get(schema);
    if (note === undefined) throw new Error(`The setting ${name} is not documented.`);
    return { name, ...note };
  });
}

/** Is told of each mistake in a sentence that begins with the variable. */
export type Problem = (sentence: string) => void;

/** The environment's variables that have a value. An empty one counts as absent. */
export type Given = Readonly<Record<string, string | undefined>>;

/** The values of a schema's settings; `undefined` when they are wrong, with a line told for each mistake. */
export function readSettings<Settings extends z.ZodObject>(
  settings: Settings,
  given: Given,
  problem: Problem,
): z.infer<Settings> | undefined {
  const parsed = settings.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) problem(`${issue.path.join(".")} ${issue.message}`);
  return parsed.data;
}
