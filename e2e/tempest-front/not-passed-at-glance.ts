import type { NotServed } from "../lib/compatibility.ts";

/** What the Glance behind the front does not pass itself. `run.sh --at glance` holds it to that. */
export const NOT_PASSED_AT_GLANCE: NotServed = [
  {
    tests: ["test_images.ImageLocationsTest.test_delete_locations"],
    feature: "Removing locations as a member",
    reason: "Glance's default policy leaves it to administrators.",
  },
  {
    tests: ["test_images.ImportImagesTest.test_remote_"],
    feature: "Import by another worker",
    reason: "tempest skips it without a second address of one Glance in the catalog.",
  },
  {
    tests: ["test_images_negative.ImportImagesNegativeTest.test_image_web_download_import_with_bad_url"],
    feature: "Import from a host that has no address",
    reason: "Debian's Glance refuses it at once; tempest expects it to be tried.",
  },
];
