import { z } from "zod";
import type { RabbitmqSettings } from "../notifications/rabbitmq/rabbitmq-destination.ts";
import { BrokerUrlError, parseBrokerUrl, type Brokers } from "../notifications/rabbitmq/broker-url.ts";
import { readCertificates } from "./certificates.ts";
import {
  documented,
  readSettings,
  settingsOf,
  type Given,
  type Problem,
  type Setting,
} from "./documented.ts";
import { filePath } from "./file-path.ts";
import { readSecret } from "./secret.ts";

/** Where notifications are sent to. */
const settings = z.object({
  IMAGETAGS_NOTIFY_URL: documented(
    z.string().optional(),
    "none",
    "notifications: RabbitMQ as oslo.messaging's transport_url names it, rabbit://USER:PASSWORD@HOST:5672,USER:PASSWORD@HOST:5672/VHOST; " +
      "none = not even where Glance's file has one",
  ),
  IMAGETAGS_NOTIFY_URL_FILE: documented(
    filePath().optional(),
    "none",
    "notifications: a file that holds the URL, instead of it",
  ),
  IMAGETAGS_NOTIFY_TLS: documented(
    flag().optional(),
    "false, or what ?ssl= of the URL says",
    "notifications: whether RabbitMQ is spoken to over TLS",
  ),
  IMAGETAGS_NOTIFY_CACERT: documented(
    filePath().optional(),
    "the authorities that Node.js trusts",
    "notifications: a file of the certificates in PEM that RabbitMQ's own is checked by",
  ),
  IMAGETAGS_NOTIFY_DURABLE: documented(
    flag().default(false),
    "false",
    "notifications: whether exchange and queue are declared as durable, as amqp_durable_queues of oslo.messaging has it",
  ),
  IMAGETAGS_NOTIFY_EXCHANGE: documented(name().default("glance"), "glance", "notifications: the exchange"),
  IMAGETAGS_NOTIFY_TOPICS: documented(
    z
      .string()
      .transform((text) => text.split(",").map((topic) => topic.trim()))
      .pipe(z.array(name()).max(10, "must name at most 10 topics"))
      .default(["notifications"]),
    "notifications",
    "notifications: the topics, with commas between; each has a queue NAME.info",
  ),
  IMAGETAGS_NOTIFY_PUBLISHER: documented(
    name().default("image.localhost"),
    "image.localhost",
    "notifications: what they name as publisher_id",
  ),
});

/** The settings of notifications, for people. */
export const NOTIFY_SETTINGS: readonly Setting[] = settingsOf(settings);

/** Reads how RabbitMQ is told; `undefined`: it is not. Tells what is wrong with that, and repeats nothing of a URL. */
export function readNotifySettings(given: Given, problem: Problem): RabbitmqSettings | undefined {
  const values = readSettings(settings, given, problem);
  const brokers = readBrokers(given, problem);
  if (values === undefined || brokers === undefined) {
    const isOff = given["IMAGETAGS_NOTIFY_URL"] === "none";
    const isNamed = isOff || NAMES.some((one) => given[one] !== undefined);
    for (const { name: setting } of isNamed ? [] : NOTIFY_SETTINGS) {
      if (given[setting] !== undefined) problem(`${setting} has no meaning without IMAGETAGS_NOTIFY_URL`);
    }
    return undefined;
  }
  const isTls = values.IMAGETAGS_NOTIFY_TLS ?? brokers.tls ?? false;
  const path = values.IMAGETAGS_NOTIFY_CACERT;
  if (path !== undefined && !isTls) {
    problem("IMAGETAGS_NOTIFY_CACERT has no meaning without IMAGETAGS_NOTIFY_TLS=true");
  }
  const ca =
    isTls && path !== undefined ? readCertificates("IMAGETAGS_NOTIFY_CACERT", path, problem) : undefined;
  return {
    hosts: brokers.hosts,
    vhost: brokers.vhost,
    tls: ca === undefined ? isTls : { ca },
    exchange: values.IMAGETAGS_NOTIFY_EXCHANGE,
    topics: values.IMAGETAGS_NOTIFY_TOPICS,
    durable: values.IMAGETAGS_NOTIFY_DURABLE,
    publisher: values.IMAGETAGS_NOTIFY_PUBLISHER,
  };
}

const NAMES = ["IMAGETAGS_NOTIFY_URL", "IMAGETAGS_NOTIFY_URL_FILE"] as const;

function readBrokers(given: Given, problem: Problem): Brokers | undefined {
  const secret = readSecret("IMAGETAGS_NOTIFY_URL", given, problem);
  if (secret === undefined || secret.value === "none") return undefined;
  try {
    return parseBrokerUrl(secret.value);
  } catch (error) {
    if (!(error instanceof BrokerUrlError)) throw error;
    problem(`${secret.from} ${error.message}`);
    return undefined;
  }
}

function flag() {
  return z.enum(["true", "false"], "must be true or false").transform((text) => text === "true");
}

/** Of an exchange, a queue or a publisher. Source: AMQP 0-9-1, whose names are of at most 255 bytes. */
function name() {
  return z.string().regex(/^[\w.:-]{1,200}$/, "must be at most 200 letters, digits and any of . : _ -");
}
