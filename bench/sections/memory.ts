import { startOurs } from "../lib/our-server.ts";
import { residentMegabytes } from "../lib/process-facts.ts";
import { removalsOf } from "../lib/requests.ts";
import { sendAll } from "../lib/send-all.ts";
import type { Section } from "../lib/section.ts";

const CONNECTIONS = 32;
const FEW = 1_000;
const AT_ONCE = 20_000;

export const memory: Section = {
  name: "memory",
  summary: "memory after a million removals, beside that after a thousand",
  async run({ short }, stack) {
    const many = short ? 4_000 : 1_000_000;
    const { token, server, seeder } = await startOurs(stack);
    const remove = async (count: number) =>
      sendAll(server.port, removalsOf(await seeder.makeTags(count), token), CONNECTIONS);
    await remove(FEW);
    const first = residentMegabytes(server.pid);
    if (first === undefined) return { figures: [], text: "Memory is read from /proc, which is not there." };
    let last = first;
    for (let done = FEW; done < many; done += AT_ONCE) {
      await remove(Math.min(AT_ONCE, many - done));
      last = residentMegabytes(server.pid) ?? NaN;
    }
    const after = short ? "a few removals" : "a million removals";
    return {
      figures: [
        {
          name: `memory after ${after}, to after a thousand`,
          measured: last / first,
          target: { atMost: 1.2 },
        },
        { name: `memory after ${after}`, measured: last, target: { atMost: 150 }, unit: "MB" },
      ],
      data: { first, last },
    };
  },
};
