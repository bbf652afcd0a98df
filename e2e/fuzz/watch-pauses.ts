// Loaded into the server by the fuzzer: writes down the longest times for which the event loop did not turn.
import { writeFileSync } from "node:fs";

const TURN = 10;
let before = performance.now();
let cpuBefore = process.threadCpuUsage();
let wall = 0;
let cpu = 0;
let written = 0;

setInterval(() => {
  const now = performance.now();
  const used = process.threadCpuUsage(cpuBefore);
  const paused = now - before - TURN;
  // What the thread worked meanwhile: on a busy machine it may also have waited for its turn.
  const worked = (used.user + used.system) / 1000;
  wall = Math.max(wall, paused);
  if (paused > 0) cpu = Math.max(cpu, Math.min(worked, paused));
  before = now;
  cpuBefore = process.threadCpuUsage();
  if (now - written > 500) {
    written = now;
    writeFileSync("pauses.json", JSON.stringify({ wall: Math.round(wall), cpu: Math.round(cpu) }));
  }
}, TURN).unref();
