import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { pathOf } from "../http/wire/canonical-url.ts";
import type { BaseUrl } from "../http/wire/base-url.ts";
import type { RewriteReply } from "./relay-reply.ts";

/** The part of Glance's document of versions that is read. All else in it stays. */
const document = z.looseObject({
  versions: z.array(z.looseObject({ links: z.array(z.looseObject({ href: z.string() })) })),
});

const DISCOVERY = /^\/*(?:versions(?:\/.*)?|v2(?:\.\d+)?\/?)?$/;

/**
 * Makes the links of Glance's document of versions lead to this server. Glance makes them of the Host that the caller sent, unless
 * it is set to use an address of its own. It answers the document, as 300, also where it knows no version.
 */
export function discoveryLinks(
  request: IncomingMessage,
  target: string,
  base: BaseUrl,
  isOtherThanHost: boolean,
): RewriteReply {
  return ({ statusCode }) => {
    if (statusCode !== 300 && !DISCOVERY.test(pathOf(target))) return undefined;
    return (body) => {
      const read = parsed(body);
      if (read === undefined) return undefined;
      const here = base(request);
      const links = read.versions.flatMap((version) => version.links);
      for (const link of links) {
        const url = URL.parse(link.href);
        const version = /\/(v\d+(?:\.\d+)?\/?)$/.exec(url?.pathname ?? "")?.[1];
        if (version === undefined) continue;
        if (isOtherThanHost || url?.host !== request.headers.host?.toLowerCase())
          link.href = `${here}/${version}`;
      }
      return Buffer.from(JSON.stringify(read));
    };
  };
}

function parsed(body: Buffer): z.infer<typeof document> | undefined {
  try {
    return document.safeParse(JSON.parse(body.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
