/** A time in whole seconds, as Glance writes it: `YYYY-MM-DDTHH:MM:SSZ`. */
export function toWireTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** A time in microseconds since 1970, as ISO 8601 writes it: `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export function toMicroseconds(time: number): string {
  const within = time % 1_000;
  return `${new Date((time - within) / 1_000).toISOString().slice(0, 23)}${String(within).padStart(3, "0")}Z`;
}
