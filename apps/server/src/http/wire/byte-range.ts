import type { ByteRange } from "../../images/model/image-data-store.ts";
import { BadRequest, rangeNotSatisfiable } from "../bad-request.ts";

/** A range of another unit than bytes. */
const OTHER_UNIT = /^\s*(?!bytes\s*=)[!#$%&'*+.^`|~\w-]+\s*=/i;

/**
 * The part of `size` bytes that a `Range` header asks for; `undefined` where it counts in a unit that is not known, for then
 * it is to be ignored (RFC 9110, section 14.2). Anything else but a single range of bytes is refused.
 * Source: Glance, glance/common/wsgi.py, `get_range_from_request`.
 */
export function parseRange(header: string, size: number): ByteRange | undefined {
  if (OTHER_UNIT.test(header)) return undefined;
  if (header.includes(",")) {
    throw new BadRequest(
      "invalid-header",
      "Requests with multiple ranges are not supported. You may make multiple single-range requests instead.",
    );
  }
  const [, from = "", to = ""] = /^bytes *= *(?:(\d+) *)?- *(\d*)$/i.exec(header.trim()) ?? [];
  if (from === "") {
    // A suffix asks for the last bytes, and for all of them when there are fewer.
    if (Number(to) === 0) throw rangeNotSatisfiable("Invalid Range header.", size);
    return within({ first: Math.max(0, size - Number(to)), last: size - 1 }, size);
  }
  const range = { first: Number(from), last: to === "" ? size - 1 : Math.min(Number(to), size - 1) };
  if (to !== "" && Number(to) < range.first) throw rangeNotSatisfiable("Invalid Range header.", size);
  return within(range, size);
}

function within(range: ByteRange, size: number): ByteRange {
  if (range.first < size) return range;
  throw rangeNotSatisfiable(
    "Invalid start position in Range header. " +
      `Start position MUST be in the inclusive range [0, ${size - 1}].`,
    size,
  );
}
