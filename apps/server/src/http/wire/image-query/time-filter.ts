import type { ImageCondition, TimeField } from "../../../images/model/image-list-filter.ts";
import { BadRequest } from "../../bad-request.ts";
import { splitOperator } from "./filter-value.ts";
import { parseTime } from "./parse-time.ts";

/** The conditions of a filter on a time: `gt:2026-01-01T00:00:00Z`, or a time by itself. */
export function readTimeFilter(name: string, field: TimeField, value: string): ImageCondition[] {
  const { operator, operand } = splitOperator(value);
  const span = parseTime(operand);
  if (span === undefined) {
    throw new BadRequest(
      "invalid-query",
      `Bad "${name}" query filter format. Use ISO 8601 DateTime notation.`,
    );
  }
  const { from, until } = span;
  switch (operator) {
    case "gt":
      return [{ kind: "from", field, time: until }];
    case "gte":
      return [{ kind: "from", field, time: from }];
    case "lt":
      return [{ kind: "before", field, time: from }];
    case "lte":
      return [{ kind: "before", field, time: until }];
    case "eq":
      return [
        { kind: "from", field, time: from },
        { kind: "before", field, time: until },
      ];
    case "neq":
      return [{ kind: "outside", field, from, until }];
    default:
      throw new BadRequest("invalid-query", "Unable to filter on a unknown operator.");
  }
}
