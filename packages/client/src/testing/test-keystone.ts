import { StandInKeystone, type StandInOptions } from "@imagetags/testing/keystone/stand-in-keystone";

/** The password that test users have, and nobody else. */
export const PASSWORD = 'hunter2 "quoted" \\ é';

/** A catalog with two regions; `image` is where the image service is in the first. */
export function catalogWith(image: string): object[] {
  const endpoints = ["One", "Two"].flatMap((region) =>
    ["public", "internal"].map((kind) => ({
      id: `${kind}${region}`,
      interface: kind,
      region: `Region${region}`,
      region_id: `Region${region}`,
      url:
        region === "One" && kind === "public"
          ? `${image}/v2/`
          : `http://${kind}.${region.toLowerCase()}:9292`,
    })),
  );
  const identity = {
    type: "identity",
    name: "keystone",
    endpoints: [{ ...endpoints[0], url: "http://keystone" }],
  };
  return [identity, { type: "image", name: "glance", endpoints }];
}

/** Starts a Keystone that gives `own-token-1`, `own-token-2` and so on to whoever asks. */
export function startTestKeystone(options: StandInOptions = {}): Promise<StandInKeystone> {
  const catalog = () => catalogWith("http://image");
  return StandInKeystone.start({ anyPassword: true, catalog, ...options });
}
