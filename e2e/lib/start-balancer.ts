import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { freePort } from "@imagetags/testing/free-port";
import { startProgram } from "@imagetags/testing/processes/program";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { deployed, type Configuration, type Places } from "./deployed.ts";

/** Where a load balancer stands. */
export interface Setting extends Omit<Places, "folder" | "port"> {
  /** In PEM: the certificate that it shows, its key, and what it checks Glance's by. */
  readonly tls: { readonly cert: string; readonly key: string; readonly insideCa: string };
}

/** A load balancer on 127.0.0.1. It speaks TLS. */
export interface Balancer extends AsyncDisposable {
  readonly configuration: Configuration;
  readonly port: number;
  /** Marks the first server as down and has nginx read its configuration anew. HAProxy asks the server itself. */
  readonly markFirstDown: () => void;
}

/** Starts HAProxy or nginx with a configuration of `deploy/`. */
export async function startBalancer(configuration: Configuration, setting: Setting): Promise<Balancer> {
  await using stack = new AsyncDisposableStack();
  const { program } = configuration;
  const folder = stack.use(temporaryFolder(program));
  const port = await freePort();
  const { cert, key, insideCa } = setting.tls;
  writeFileSync(folder.at("image.key"), key, { mode: 0o600 });
  writeFileSync(folder.at("image.pem"), program === "haproxy" ? cert + key : cert, { mode: 0o600 });
  writeFileSync(folder.at("inside-ca.pem"), insideCa);
  const text = deployed(configuration, { ...setting, folder: folder.path, port });
  writeFileSync(folder.at("image.conf"), text);
  if (program === "nginx") writeFileSync(folder.at("nginx.conf"), nginxAround(folder.path));
  const running = stack.use(
    await startProgram(
      {
        name: configuration.file,
        command: program,
        args:
          program === "haproxy"
            ? ["-db", "-f", folder.at("image.conf")]
            : ["-p", folder.path, "-e", folder.at("log"), "-c", folder.at("nginx.conf")],
        folder: folder.path,
        log: folder.at("log"),
      },
      () => listens(port),
    ),
  );
  const owned = stack.move();
  return {
    configuration,
    port,
    markFirstDown: () => {
      if (program !== "nginx") return;
      const first = `server 127.0.0.1:${setting.imagetags[0]}`;
      writeFileSync(folder.at("image.conf"), text.replace(`${first} `, `${first} down `));
      process.kill(running.pid, "SIGHUP");
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What stands around a file of /etc/nginx/conf.d. */
function nginxAround(folder: string): string {
  return `user root;
daemon off;
pid ${folder}/pid;
worker_processes 1;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/image.conf;
}
`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
