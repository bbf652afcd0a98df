/** A time as Glance writes it: `YYYY-MM-DD HH:MM:SS.ffffff`, UTC. */
export function toSqlTime(time: Date): string {
  const iso = time.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000`;
}

/** Reads a time as Glance writes it, with or without a fraction of a second. */
export function fromSqlTime(text: string): Date {
  return new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`);
}
