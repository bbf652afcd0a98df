const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Whether a text looks like UTF-8 whose bytes were taken for Latin-1. Each of its characters is one byte, some
 * are not ASCII, and the bytes are well-formed UTF-8.
 */
export function isMisread(text: string): boolean {
  const isAscii = Buffer.byteLength(text) === text.length;
  const bytes = Buffer.from(text, "latin1");
  if (isAscii || bytes.toString("latin1") !== text) return false;
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The text that was meant by one that {@link isMisread}. */
export function readAgain(text: string): string {
  return utf8.decode(Buffer.from(text, "latin1"));
}
