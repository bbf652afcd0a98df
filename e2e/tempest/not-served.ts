import type { NotServed } from "../lib/compatibility.ts";

/** What is not served though tempest tests it. Each is the beginning of tests' names, in `tempest.api.image.v2`. */
export const NOT_SERVED: NotServed = [
  {
    tests: ["admin.test_image_caching."],
    feature: "Cache",
    reason: "Image data lies on the server's own disk; there is nothing to keep nearer.",
  },
  {
    tests: ["admin.test_images_metadefs_", "test_images_metadefs_schema."],
    feature: "Metadata definitions",
    reason: "They describe the properties of other services' resources and are Glance's to serve.",
  },
  {
    tests: [
      "admin.test_images.ImportCopyImagesTest.",
      "test_images.ImportImagesTest.",
      "test_images_negative.ImportImagesNegativeTest.",
    ],
    feature: "Import and its tasks",
    reason: "Data is uploaded with `PUT /v2/images/{image_id}/file`; `/v2/info/import` names no method.",
  },
  {
    tests: ["test_images.MultiStoresImportImagesTest."],
    feature: "Several stores",
    reason: "There is one store, and import is not served.",
  },
  {
    tests: ["test_images.ImageLocationsTest."],
    feature: "Locations",
    reason: "Where data lies is not shown, as by default in Glance (`show_multiple_locations`).",
  },
];
