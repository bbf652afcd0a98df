import { z } from "zod";

/** The part of an issue of zod's that its message is made of. */
interface Wrong {
  readonly input?: unknown;
  readonly path?: readonly PropertyKey[] | undefined;
}

/**
 * Words the message for a parameter that does not fit. It is a whole sentence, which names the parameter
 * where that helps. A query holds nothing but text: what is a list was given more than once.
 */
export function withValue(problem: (value: string, name: string) => string): (wrong: Wrong) => string {
  return ({ input, path = [] }) => {
    const name = String(path[0]);
    return Array.isArray(input) ? `${name} is given more than once.` : problem(String(input), name);
  };
}

/** What is said of a member that is not known: a misspelled one would be taken for none. `what` is a parameter or a member. */
export function unknownNames(what: string) {
  return {
    error: ({ code, keys }: { readonly code?: string; readonly keys?: readonly string[] }) =>
      code === "unrecognized_keys" ? `There is no ${what} ${keys?.join(", ")} here.` : undefined,
  };
}

/** The message for a parameter of which only one is taken. */
export const givenOnce = withValue((value, name) => `Invalid value '${value}' for '${name}'.`);

/** Any text. */
export function text(description: string) {
  return z.string({ error: givenOnce }).meta({ description });
}

/** How many values a filter takes at most: as many tags and properties as an image has by default. */
export const MOST_FILTER_VALUES = 128;

/** A parameter that may be repeated, always read as a list: `tag=a&tag=b`. */
export function repeated(description: string) {
  return z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (typeof value === "string" ? [value] : value))
    .refine(isBounded, { error: tooMany })
    .meta(listOf(description));
}

function isBounded(values: readonly string[]): boolean {
  return values.length <= MOST_FILTER_VALUES;
}

/** The message for a list that is too long, which does not repeat it. */
function tooMany({ path = [] }: Wrong): string {
  return `${String(path[0])} has more than ${MOST_FILTER_VALUES} values.`;
}

function listOf(description: string) {
  return {
    openapi: { type: "array", items: { type: "string" }, maxItems: MOST_FILTER_VALUES, description },
  };
}

/**
 * Tags with commas between them; the same parameter again goes on with the list. The guideline allows no
 * comma in a tag, so an encoded one separates as a plain one does, and `tag` alone can name such a tag.
 * Source: API-SIG guideline "Tags", "Tags Restrictions".
 */
export function tagsWithCommas(description: string) {
  return repeated(description)
    .transform((lists) => lists.flatMap((list) => list.split(",")))
    .refine(isBounded, { error: tooMany, abort: true })
    .refine((tags) => !tags.includes(""), {
      error: ({ input, path }) => `There is an empty tag in ${String(path?.[0])}: '${String(input)}'.`,
    })
    .meta(listOf(description));
}

/** `true` or `false`. Glance takes any case for `os_hidden` and lower case only for `protected`. */
export function flag(description: string, letterCase: "sensitive" | "insensitive") {
  const words = z.stringbool({ truthy: ["true"], falsy: ["false"], case: letterCase });
  const error = withValue((value, name) => {
    const shown = letterCase === "sensitive" ? value : value.toLowerCase();
    return `Invalid value '${shown}' for '${name}' filter. Valid values are 'true' or 'false'.`;
  });
  return z.union([z.boolean(), words], { error }).meta({ openapi: { type: "boolean", description } });
}

const INTEGER = /^\s*[+-]?\d+\s*$/;

type Worded = (value: string, name: string) => string;

/** A whole number, and any number as large as one likes; `problem` words the message for what is none. */
export function wholeNumber(description: string, problem: Worded) {
  return integerText(problem)
    .transform(Number)
    .meta({ openapi: { type: "integer", description } });
}

/** A whole number that columns can be compared with. */
export function safeInteger(description: string, problem: Worded) {
  const error = withValue((value, name) => `The value of '${name}' is out of range: ${value}.`);
  return integerText(problem)
    .refine((value) => Number.isSafeInteger(Number(value)), { error })
    .transform(Number)
    .meta({ openapi: { type: "integer", description } });
}

function integerText(problem: Worded) {
  return z
    .union([z.number(), z.string()], { error: givenOnce })
    .refine((value) => (typeof value === "number" ? Number.isInteger(value) : INTEGER.test(value)), {
      error: withValue(problem),
      abort: true,
    });
}
