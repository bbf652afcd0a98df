import { BadRequest } from "../../bad-request.ts";
import { parseTime } from "./parse-time.ts";

/** A filter's value in its parts: `gt:2026-01-01` is the operator `gt` and the rest. */
export interface FilterValue {
  /** `eq` when the value names none. */
  readonly operator: string;
  readonly operand: string;
}

/**
 * Splits the operator off a filter's value. A time has colons too, and is one value. Source: Glance,
 * glance/common/utils.py, `split_filter_op`.
 */
export function splitOperator(value: string): FilterValue {
  const colon = value.indexOf(":");
  if (colon === -1 || parseTime(value) !== undefined) return { operator: "eq", operand: value };
  return { operator: value.slice(0, colon), operand: value.slice(colon + 1) };
}

/**
 * The values that a filter on text takes: those of an `in:` list, or the one. Source: Glance,
 * glance/db/sqlalchemy/api.py, `_make_conditions_from_filters`.
 */
export function readTextFilter(value: string): string[] {
  const { operator, operand } = splitOperator(value);
  if (operator === "in") return splitList(operand);
  if (operator === "eq") return [operand];
  throw new BadRequest("invalid-query", `Unable to filter by unknown operator '${operator}'.`);
}

/**
 * Splits at the commas. Quotes keep the commas of a value. A quote in a value is written `\"`. Sources: API-SIG
 * guideline "Pagination, Filtering, and Sorting"; for what is refused, Glance, glance/common/utils.py,
 * `validate_quotes`.
 */
function splitList(list: string): string[] {
  const invalid = (problem: string) =>
    new BadRequest("invalid-query", `Invalid filter value ${list}. ${problem}`);
  const values: string[] = [];
  let at = 0;
  while (at < list.length) {
    const quoted = list[at] === '"';
    const end = quoted ? quoteAfter(list, at) : list.indexOf(",", at);
    if (quoted && end === -1) throw invalid("The quote is not closed.");
    const value = quoted ? list.slice(at + 1, end) : list.slice(at, end === -1 ? list.length : end);
    if (!quoted && quoteAfter(value, -1) !== -1) {
      throw invalid("There is no comma before opening quotation mark.");
    }
    if (quoted && end + 1 < list.length && list[end + 1] !== ",") {
      throw invalid("There is no comma after closing quotation mark.");
    }
    values.push(value.replaceAll('\\"', '"'));
    if (end === -1) break;
    at = end + (quoted ? 2 : 1);
  }
  return values;
}

/** The position of the next quote without a backslash before it; -1 when there is none. */
function quoteAfter(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && text[at - 1] === "\\") at = text.indexOf('"', at + 1);
  return at;
}
