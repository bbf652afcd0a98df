import { Agent, get } from "node:http";
import { median } from "./statistics.ts";

/**
 * Asks a server for lists over one connection, one request at a time.
 */
export class ListTimer {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #port;
  #token;

  constructor(port: number, token: string) {
    this.#port = port;
    this.#token = token;
  }

  /**
   * The median time in milliseconds from sending a request to reading its whole answer. Throws unless
   * each lists so many images.
   */
  time(query: string, requests: number, expected: number) {
    return this.timeOf({ path: `/v2/images?${query}`, member: "images" }, requests, expected);
  }

  /** The same of any list, whose items are in a member of that name. */
  async timeOf(list: { path: string; member: string }, requests: number, expected: number) {
    const times = [];
    for (let request = 0; request < requests; request += 1) {
      const start = performance.now();
      const text = await this.#ask(list.path);
      times.push(performance.now() - start);
      const { length } = JSON.parse(text)[list.member];
      if (length !== expected) throw new Error(`${list.path}: ${length} items, not ${expected}.`);
    }
    return median(times);
  }

  close() {
    this.#agent.destroy();
  }

  #ask(path: string): Promise<string> {
    const options = {
      host: "127.0.0.1",
      port: this.#port,
      path,
      agent: this.#agent,
      headers: { "X-Auth-Token": this.#token },
    };
    return new Promise((resolve, reject) => {
      const request = get(options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => (text += part));
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${path}: ${response.statusCode} ${text}`));
        });
      });
      request.on("error", reject);
    });
  }
}
