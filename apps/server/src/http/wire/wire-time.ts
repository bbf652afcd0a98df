/** A time in whole seconds, as Glance writes it: `YYYY-MM-DDTHH:MM:SSZ`. */
export function toWireTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
