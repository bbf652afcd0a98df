/**
 * One function on the stack.
 * @typedef {{ name: string, url: string }} Frame
 *
 * Time spent in one place; the stack's innermost function comes first.
 * @typedef {{ stack: readonly Frame[], microseconds: number }} SelfTime
 *
 * What is used here of a profile. Source: Chrome DevTools Protocol, Profiler.Profile.
 * @typedef {object} CpuProfile
 * @property {{ id: number, callFrame: { functionName: string, url: string }, children?: number[] }[]} nodes
 * @property {number} startTime
 * @property {number[]} samples
 * @property {number[]} timeDeltas
 */

/**
 * The time spent in each place of a profile within a span of time; both are on the monotonic clock.
 * @param {CpuProfile} profile
 * @param {readonly [number, number]} span
 * @returns {SelfTime[]}
 */
export function selfTimes({ nodes, startTime, samples, timeDeltas }, [from, to]) {
  /** @type {Map<number, number>} */
  const times = new Map();
  let time = startTime;
  samples.forEach((id, index) => {
    time += timeDeltas[index] ?? 0;
    // A sample stands for the time until the next one.
    const length = timeDeltas[index + 1] ?? 0;
    if (time >= from && time <= to) times.set(id, (times.get(id) ?? 0) + length);
  });
  const stacks = stacksOf(nodes);
  return [...times].map(([id, microseconds]) => ({ stack: stacks.get(id) ?? [], microseconds }));
}

/**
 * Adds up times by a key; the longest come first.
 * @param {readonly SelfTime[]} times
 * @param {(stack: readonly Frame[]) => string} keyOf
 */
export function totalsBy(times, keyOf) {
  return [...Map.groupBy(times, ({ stack }) => keyOf(stack))]
    .map(([key, group]) => ({
      key,
      microseconds: group.reduce((sum, { microseconds }) => sum + microseconds, 0),
    }))
    .toSorted((a, b) => b.microseconds - a.microseconds);
}

/**
 * @param {CpuProfile["nodes"]} nodes
 * @returns {Map<number, Frame[]>}
 */
function stacksOf(nodes) {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const frames = new Map(
    nodes.map(({ id, callFrame }) => [id, { name: callFrame.functionName, url: callFrame.url }]),
  );
  return new Map(
    nodes.map(({ id }) => {
      const stack = [];
      /** @type {number | undefined} */
      let current = id;
      while (current !== undefined) {
        const frame = frames.get(current);
        if (frame !== undefined) stack.push(frame);
        current = parents.get(current);
      }
      return [id, stack];
    }),
  );
}
