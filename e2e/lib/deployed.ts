import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The configurations of `deploy/`. */
export const CONFIGURATIONS = [
  { program: "haproxy", file: "haproxy/everything.cfg", topology: "everything" },
  { program: "haproxy", file: "haproxy/tags-only.cfg", topology: "tags-only" },
  { program: "nginx", file: "nginx/everything.conf", topology: "everything" },
  { program: "nginx", file: "nginx/tags-only.conf", topology: "tags-only" },
] as const;

export type Configuration = (typeof CONFIGURATIONS)[number];

/** What an operator puts into a configuration. */
export interface Places {
  /** The folder that has `image.pem`, `image.key` and `inside-ca.pem`. */
  readonly folder: string;
  /** Where it listens. */
  readonly port: number;
  /** The ports of both servers, and of Glance. */
  readonly imagetags: readonly [number, number];
  readonly glance: number;
  /** Whether Glance speaks TLS, as the files have it. */
  readonly glanceSpeaksTls: boolean;
}

/** A configuration of `deploy/` in which names and addresses are changed, and nothing else. */
export function deployed(configuration: Configuration, places: Places): string {
  const { program, topology } = configuration;
  const { folder, port, imagetags, glance, glanceSpeaksTls } = places;
  const path = new URL(`../../deploy/${configuration.file}`, import.meta.url);
  const changes: (readonly [from: string, to: string])[] = [
    program === "haproxy"
      ? [" :9292 ssl", ` 127.0.0.1:${port} ssl`]
      : ["listen 9292 ssl", `listen 127.0.0.1:${port} ssl`],
    ["192.0.2.11:9292", `127.0.0.1:${imagetags[0]}`],
    ["192.0.2.12:9292", `127.0.0.1:${imagetags[1]}`],
    [`/etc/${program}/image.pem`, `${folder}/image.pem`],
  ];
  if (program === "nginx") changes.push(["/etc/nginx/image.key", `${folder}/image.key`]);
  if (topology === "tags-only") {
    changes.push(
      ["192.0.2.21:9292", `127.0.0.1:${glance}`],
      ["192.0.2.22:9292", `127.0.0.1:${glance}`],
      [`/etc/${program}/inside-ca.pem`, `${folder}/inside-ca.pem`],
    );
    if (!glanceSpeaksTls) {
      changes.push(
        program === "nginx"
          ? ["https://glance", "http://glance"]
          : [` ssl verify required ca-file ${folder}/inside-ca.pem verifyhost glance.example.org`, ""],
      );
    }
  }
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`deploy/${configuration.file} has no "${from}".`);
      return text.replaceAll(from, to);
    },
    readFileSync(fileURLToPath(path), "utf8"),
  );
}
