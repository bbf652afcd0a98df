import { readdirSync, readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";

/** The memory that a process has in use; `undefined` where the system does not tell. Source: proc(5). */
export function residentMegabytes(pid: number) {
  return megabytesOf(pid, "VmRSS");
}

/** The most memory that a process ever had in use. */
export function mostMegabytes(pid: number) {
  return megabytesOf(pid, "VmHWM");
}

/** The CPU time that a process has taken, in seconds. Source: proc(5), a tick is 10 ms. */
export function cpuSeconds(pid: number) {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The CPU time that the threads of a process have taken, in seconds, to the nanosecond. Source: the kernel's sched-stats. */
export function threadSeconds(pid: number) {
  const tasks = `/proc/${pid}/task`;
  const times = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1e9;
}

/** Lets a process run on one CPU alone, with all its threads. */
export function pinTo(cpu: number, pid: number) {
  const { status, stderr } = spawnSync("taskset", ["-acp", String(cpu), String(pid)], { encoding: "utf8" });
  if (status !== 0) throw new Error(`taskset: ${stderr}`);
}

function megabytesOf(pid: number, field: string) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
