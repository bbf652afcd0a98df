import { isRecord } from "../calls/is-record.ts";

/** Settings by name, as a file or the environment has them. */
export type Settings = Readonly<Record<string, unknown>>;

/** The settings of one cloud. Those under `auth` stand in a record of their own. */
export type CloudSettings = Record<string, unknown> & { auth: Record<string, unknown> };

/** Whether a value is a record of settings, and no list. */
export function isSettings(value: unknown): value is Settings {
  return isRecord(value) && !Array.isArray(value);
}

/** Names as Python writes them, and text in the place of numbers, to any depth. */
export function normalised(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name.replaceAll("-", "_"), normalisedValue(value)]),
  );
}

function normalisedValue(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  return isSettings(value) ? normalised(value) : value;
}

/** Settings of a cloud with others added, which win; those under `auth` one by one. */
export function merged(cloud: CloudSettings, others: Settings): CloudSettings {
  const { auth, ...rest } = others;
  return { ...cloud, ...rest, auth: { ...cloud.auth, ...(isSettings(auth) ? auth : {}) } };
}

/** Settings with others added, which win; records are merged to any depth. */
export function mergedDeeply(settings: Settings, others: Settings): Settings {
  // A plain object would take a cloud of the name `__proto__` for its prototype.
  const result = new Map(Object.entries(settings));
  for (const [name, value] of Object.entries(others)) {
    const old = result.get(name);
    result.set(name, isSettings(old) && isSettings(value) ? mergedDeeply(old, value) : value);
  }
  return Object.fromEntries(result);
}

/** The setting of the first of these names that is text and not empty. */
export function textOf(settings: Settings, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = settings[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
