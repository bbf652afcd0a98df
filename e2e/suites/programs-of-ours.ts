// Programs of `programs` that run, or ask with, what other projects have around the Image API.
import type { NotServed } from "../lib/compatibility.ts";
import type { SuiteOfOthers } from "./lib/hold-suite.ts";
import { packageVersion } from "./lib/package-version.ts";
import { verdictsOf } from "./lib/read-verdicts.ts";

const ALL_IS_SERVED: NotServed = [];

/** The layers that nova and cinder have around the Image API, with the catalog as the services hand it on. */
export function nova(): Promise<SuiteOfOthers> {
  return layerOf("nova", "as the compute service uses it");
}

export function cinder(): Promise<SuiteOfOthers> {
  return layerOf("cinder", "as the volume service uses it");
}

async function layerOf(service: "nova" | "cinder", how: string): Promise<SuiteOfOthers> {
  const version = await packageVersion(`python3-${service}`);
  return {
    heading: service,
    about: `The layer that ${service} ${version} has around the Image API, ${how}, called by a program of \`e2e/suites\`.`,
    prefix: `${service}.image.glance.`,
    notServed: ALL_IS_SERVED,
    outcomesAt: (place) => verdictsOf("/usr/bin/python3", `${service}_images.py`, place),
  };
}

/** openstacksdk's own functional tests of images. */
export async function openstacksdk(): Promise<SuiteOfOthers> {
  const version = await packageVersion("python3-openstacksdk");
  return {
    heading: "openstacksdk",
    about:
      `The functional tests of openstacksdk ${version} for images, as Debian packages them. Not counted is \`test_list_tasks\`, which asks\n` +
      "nothing.",
    prefix: "openstack.tests.functional.",
    notServed: ALL_IS_SERVED,
    outcomesAt: async (place) =>
      (await verdictsOf("/usr/bin/python3", "sdk_functional.py", place)).filter(
        ({ name }) => !name.endsWith(".test_list_tasks"),
      ),
  };
}

/** fog, of Ruby. */
export async function fog(): Promise<SuiteOfOthers> {
  const version = await packageVersion("ruby-fog-openstack");
  return {
    heading: "fog",
    about: `What fog-openstack ${version} has for images, called by a program of \`e2e/suites\`.`,
    prefix: "fog.",
    notServed: ALL_IS_SERVED,
    outcomesAt: (place) => verdictsOf("/usr/bin/ruby", "fog_images.rb", place),
  };
}
