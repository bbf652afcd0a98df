import { createClient, type Client } from "@imagetags/client";
import { currentToken, noteRefusedToken } from "../session/session.ts";
import { ENDPOINT } from "./places.ts";

/** The client of the server that this page came from, with the token of the session. */
export function clientOf(profile: "glance" | "ims"): Client {
  return createClient({
    endpoint: ENDPOINT,
    profile,
    token: currentToken,
    async fetch(url, request) {
      const reply = await fetch(url, request);
      if (reply.status === 401) noteRefusedToken(request.headers["x-auth-token"] ?? "");
      return reply;
    },
  });
}
