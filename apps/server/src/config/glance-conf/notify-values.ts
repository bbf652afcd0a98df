import type { Found, OsloConfig } from "./oslo-config.ts";
import { strip } from "./parse-oslo-config.ts";

const SECTION = "oslo_messaging_notifications";

/**
 * Where Glance sends notifications, as settings of this server; none where it sends none of changed images by RabbitMQ. The driver
 * `messaging` is older than the envelope that this server writes.
 */
export function notifyValues(config: OsloConfig): readonly (readonly [setting: string, found: Found])[] {
  const drivers = listed(config.find(SECTION, "driver"));
  const disabled = listed(config.find("DEFAULT", "disabled_notifications"));
  if (!drivers.includes("messagingv2") || disabled.includes("image") || disabled.includes("image.update")) {
    return [];
  }
  const url = config.find(SECTION, "transport_url") ?? config.find("DEFAULT", "transport_url");
  if (url?.value.startsWith("rabbit:") !== true) return [];
  return [
    ["IMAGETAGS_NOTIFY_URL", url] as const,
    ...taken("IMAGETAGS_NOTIFY_TOPICS", config.find(SECTION, "topics"), listedText),
    ...taken("IMAGETAGS_NOTIFY_EXCHANGE", config.find("DEFAULT", "control_exchange")),
    ...taken("IMAGETAGS_NOTIFY_PUBLISHER", config.find("DEFAULT", "default_publisher_id")),
    ...taken(
      "IMAGETAGS_NOTIFY_DURABLE",
      config.find("oslo_messaging_rabbit", "amqp_durable_queues"),
      flagText,
    ),
    ...taken("IMAGETAGS_NOTIFY_TLS", config.find("oslo_messaging_rabbit", "ssl"), flagText),
    ...taken("IMAGETAGS_NOTIFY_CACERT", config.find("oslo_messaging_rabbit", "ssl_ca_file")),
  ];
}

function taken(
  setting: string,
  found: Found | undefined,
  adapt: (text: string) => string = (text) => text,
): (readonly [string, Found])[] {
  return found === undefined ? [] : [[setting, { ...found, value: adapt(found.value) }]];
}

function listed(found: Found | undefined): string[] {
  return (found?.value ?? "").split(/[,\n]/).map(strip);
}

function listedText(text: string): string {
  return text.split(/[,\n]/).map(strip).join(",");
}

/** As oslo.config reads a flag. */
function flagText(text: string): string {
  if (/^(?:true|1|on|yes)$/i.test(text)) return "true";
  return /^(?:false|0|off|no)$/i.test(text) ? "false" : text;
}
