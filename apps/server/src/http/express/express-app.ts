import express, { type Express } from "express";
import { DataStream } from "../../images/model/image-data-store.ts";
import { acceptsGzip } from "./accepts-gzip.ts";
import { parseQuery } from "./query-string.ts";
import { sendData } from "./send-data.ts";
import { sendJson, sendText } from "../wire/send.ts";

/**
 * An Express application that adds nothing of its own. An address has one spelling. Bodies go out as they are:
 * without a charset, a hash for an ETag, or a 304 that no route decided on. `onBroken` is told what broke off a
 * reply that had begun.
 */
export function expressApp(onBroken: (requestId: string, error: unknown) => void): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  app.enable("case sensitive routing");
  app.set("query parser", parseQuery);
  app.response.json = function json(body) {
    sendJson(this, this.statusCode, body, () => acceptsGzip(this.req));
    return this;
  };
  const { send } = app.response;
  app.response.send = function sendBody(body) {
    if (body instanceof DataStream) {
      const { requestId } = this.req;
      void sendData(this, body, (error) => onBroken(requestId, error));
      return this;
    }
    if (typeof body !== "string") return send.call(this, body);
    sendText(this, body);
    return this;
  };
  return app;
}
