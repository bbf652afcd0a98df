import { randomUUID } from "node:crypto";

/** An id as a row has it: text where the database has a type for it, else its 16 bytes. */
export type StoredEventId = string | Uint8Array;

/**
 * Makes the id of an event: a UUIDv7 whose first 60 bits, but for those of the version, are the time, milliseconds and
 * then the microsecond within. Ids are in the order of their times, as text and as bytes.
 * Source: RFC 9562, section 5.7 and section 6.2, method 1.
 */
export function eventIdAt(microseconds: number): string {
  return `${timePart(microseconds)}-${randomUUID().slice(19)}`;
}

/** The least id that an event of a time can have. */
export function firstEventIdAt(microseconds: number): string {
  return `${timePart(microseconds)}-8000-000000000000`;
}

/** The time of an event, in microseconds since 1970. */
export function eventTime(id: string): number {
  return (
    Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) * 1_000 + Number.parseInt(id.slice(15, 18), 16)
  );
}

/** The 16 bytes of an id. */
export function eventIdBytes(id: string): Uint8Array {
  const digits = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
  return Buffer.from(digits, "hex");
}

/** An id as text, however its row has it. */
export function eventIdText(stored: StoredEventId): string {
  if (typeof stored === "string") return stored;
  const hex = Buffer.from(stored).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The 48 bits of the millisecond, the version, and the 12 bits of the microsecond. */
function timePart(microseconds: number): string {
  const within = microseconds % 1_000;
  const milliseconds = ((microseconds - within) / 1_000).toString(16).padStart(12, "0");
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7${within.toString(16).padStart(3, "0")}`;
}
