import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import type { DataStream } from "../../images/model/image-data-store.ts";

/**
 * Sends data as fast as the caller takes it. Status and headers must be set. A failure on the way ends the
 * connection, since the reply has begun. `onBroken` is told of it, unless it was the caller who left.
 */
export async function sendData(
  response: Response,
  { stream }: DataStream,
  onBroken: (error: unknown) => void,
): Promise<void> {
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (response.req.method === "HEAD") {
    stream.destroy();
    response.end();
    return;
  }
  try {
    await pipeline(stream, response);
  } catch (error) {
    const left = error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
    if (!left) onBroken(error);
  }
}
