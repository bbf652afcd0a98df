import type { ComponentChildren } from "preact";
import { german } from "./german.ts";
import { english, type Texts } from "./english.ts";

type Key = keyof Texts;
/** The names of the values that a text has room for. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Values<Of extends Key, Value> =
  Names<(typeof english)[Of]> extends never
    ? []
    : [values: { readonly [Name in Names<(typeof english)[Of]>]: Value }];

/** Texts of which there is one for a single thing and one for several, by what they have in common. */
type Counted = { [Name in Key]: Name extends `${infer Base}_one` ? Base : never }[Key];

const LANGUAGES = { de: german, en: english } as const satisfies Record<string, Texts>;
type Language = keyof typeof LANGUAGES;

/** The language of the page: the first of the browser's that it is written in, or English. */
export const language: Language =
  globalThis.navigator?.languages
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((code): code is Language => Object.hasOwn(LANGUAGES, code)) ?? "en";

const texts: Texts = LANGUAGES[language];
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);
const days = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const times = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });

/** A text with its values put in. */
export function text<Of extends Key>(key: Of, ...[values]: Values<Of, string | number>): string {
  return parts(texts[key], values)
    .map((part) => (typeof part === "number" ? number(part) : String(part)))
    .join("");
}

/** A text whose values are shown in their own way. */
export function rich<Of extends Key>(key: Of, ...[values]: Values<Of, ComponentChildren>): ComponentChildren {
  return parts<ComponentChildren>(texts[key], values);
}

/** A text about so many things. */
export function counted(base: Counted, count: number): string {
  const key: Key = plurals.select(count) === "one" ? `${base}_one` : `${base}_other`;
  return parts(texts[key], { count: number(count) }).join("");
}

export function number(value: number): string {
  return numbers.format(value);
}

/** The day of a time that a server gave in ISO 8601. */
export function day(iso: string): string {
  return shown(iso, days);
}

/** A time that a server gave in ISO 8601; what is none is shown as it came. */
export function time(iso: string): string {
  return shown(iso, times);
}

function shown(iso: string, format: Intl.DateTimeFormat): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : format.format(date);
}

function parts<Value>(
  template: string,
  values: Readonly<Record<string, Value>> | undefined,
): (Value | string)[] {
  return template.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : (values?.[part] ?? "")));
}
