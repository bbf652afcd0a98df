/** The smallest value that at least the given share of all values does not exceed. */
export function percentile(sorted: ArrayLike<number>, share: number) {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error("There is no percentile of no values.");
  return value;
}

/** The middle one of the values, or the mean of the middle two. */
export function median(values: Iterable<number>) {
  const sorted = [...values].toSorted((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  if (high === undefined || low === undefined) throw new Error("There is no median of no values.");
  return (low + high) / 2;
}
