import { InvalidCloudError } from "./invalid-cloud-error.ts";
import { textOf, type CloudSettings } from "./settings.ts";

/** The settings in which others may be named: `https://iam.{region_name}.example.com`. */
const EXPANDED = ["image_endpoint_override", "image_endpoint"];

/** The settings with those that they name put in their places. */
export function withNamedSettings(origin: string, settings: CloudSettings): CloudSettings {
  const expand = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = textOf(settings, name);
      if (value === undefined)
        throw new InvalidCloudError(`The ${origin} has no ${name}, which ${text} names.`);
      return value;
    });
  const result: CloudSettings = { ...settings, auth: { ...settings.auth } };
  for (const name of EXPANDED) {
    const value = textOf(settings, name);
    if (value !== undefined) result[name] = expand(value);
  }
  const authUrl = textOf(settings.auth, "auth_url");
  if (authUrl !== undefined) result.auth["auth_url"] = expand(authUrl);
  return result;
}
