/** A reply; `text` is all of it, and empty for a plain 204. */
export type Reply = { status: number; text: string };

const PLAIN_204 = Object.freeze({ status: 204, text: "" });
const [DIGIT_0, DIGIT_2, DIGIT_4, CR, LF] = [0x30, 0x32, 0x34, 0x0d, 0x0a];

/** Reads HTTP/1.1 replies of one connection, one request at a time: as little as tells a 204 from the rest. */
export class ReplyReader {
  #pending = "";

  /** Takes the next bytes; returns the reply when it is complete. */
  read(bytes: Uint8Array, length: number): Reply | Error | undefined {
    if (this.#pending === "" && isPlain204(bytes, length)) return PLAIN_204;
    this.#pending += Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
    const end = this.#pending.indexOf("\r\n\r\n");
    if (end === -1) return undefined;
    const head = this.#pending.slice(0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    if (Number.isNaN(status)) return new Error(`not a reply: ${head.slice(0, 100)}`);
    if (/^transfer-encoding:/im.test(head))
      return new Error(`a chunked reply, which is not read here: ${status}`);
    const bodyLength = status === 204 ? 0 : Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#pending.length < end + 4 + bodyLength) return undefined;
    const text = this.#pending;
    this.#pending = "";
    return { status, text };
  }
}

/** Whether these bytes are the whole of a 204: it has no body, so its head ends it. */
function isPlain204(bytes: Uint8Array, length: number) {
  return (
    length > 16 &&
    bytes[9] === DIGIT_2 &&
    bytes[10] === DIGIT_0 &&
    bytes[11] === DIGIT_4 &&
    bytes[length - 4] === CR &&
    bytes[length - 3] === LF &&
    bytes[length - 2] === CR &&
    bytes[length - 1] === LF
  );
}
