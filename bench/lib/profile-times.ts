/** One function on the stack. */
export type Frame = { name: string; url: string };

/** Time spent in one place; the stack's innermost function comes first. */
type SelfTime = { stack: readonly Frame[]; microseconds: number };

/** What is used here of a profile. Source: Chrome DevTools Protocol, Profiler.Profile. */
interface CpuProfile {
  readonly nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  readonly startTime: number;
  readonly samples: number[];
  readonly timeDeltas: number[];
}

/** The time spent in each place of a profile within a span of time; both are on the monotonic clock. */
export function selfTimes(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  [from, to]: readonly [number, number],
): SelfTime[] {
  const times: Map<number, number> = new Map();
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

/** Adds up times by a key; the longest come first. */
export function totalsBy(times: readonly SelfTime[], keyOf: (stack: readonly Frame[]) => string) {
  return [...Map.groupBy(times, ({ stack }) => keyOf(stack))]
    .map(([key, group]) => ({
      key,
      microseconds: group.reduce((sum, { microseconds }) => sum + microseconds, 0),
    }))
    .toSorted((a, b) => b.microseconds - a.microseconds);
}

function stacksOf(nodes: CpuProfile["nodes"]): Map<number, Frame[]> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const frames = new Map(
    nodes.map(({ id, callFrame }) => [id, { name: callFrame.functionName, url: callFrame.url }]),
  );
  return new Map(
    nodes.map(({ id }) => {
      const stack = [];
      let current: number | undefined = id;
      while (current !== undefined) {
        const frame = frames.get(current);
        if (frame !== undefined) stack.push(frame);
        current = parents.get(current);
      }
      return [id, stack];
    }),
  );
}
