import type { Arrived, GlanceStandIn, Play } from "@imagetags/testing/glance/stand-in-glance";

/** Longer than what programs on the way allow where nothing is set, in milliseconds. */
export const STANDSTILL = 65_000;
/** More than any program on the way keeps before it sends on. */
export const PART = Buffer.alloc(4 * 1024 * 1024, "d");

/** What Glance does with a request that names it in `X-Play`. */
const PLAYS: Readonly<Record<string, Play>> = {
  "think long": (request, response) => {
    request.on("end", () => setTimeout(() => response.end("taken"), STANDSTILL)).resume();
  },
  "never answer": (request) => void request.resume(),
  "break off": (_request, response) => {
    response.writeHead(200, { "Content-Length": 2 * PART.length });
    response.write(PART, () => response.destroy());
  },
  refuse: (_request, response) => void response.writeHead(413).end("too large"),
};

/** Does what a request asks for, and answers all others 200 when their body has come. */
export const playAsAsked: Play = (request, response) => {
  const play = PLAYS[String(request.headers["x-play"])];
  if (play !== undefined) play(request, response);
  else request.on("end", () => response.end("taken")).resume();
};

/** What reached Glance of the requests of one check, which name it in `X-Check`. */
export function arrivedOf(glance: GlanceStandIn, check: string): readonly Arrived[] {
  return glance.arrived.filter(({ headers }) => headers["x-check"] === check);
}
