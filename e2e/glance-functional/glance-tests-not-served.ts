import type { NotServed } from "../lib/compatibility.ts";

/** The modules of `glance.tests.functional` that ask a server for what is served here. */
export const MODULES = [
  "test_api",
  "test_cors_middleware",
  "test_gzip_middleware",
  "test_healthcheck_middleware",
  "v2.test_discovery",
  "v2.test_images",
  "v2.test_images_api_policy",
  "v2.test_member_api_policy",
  "v2.test_schemas",
];

const IMAGES = "v2.test_images.TestImages.";
const POLICY = "v2.test_images_api_policy.TestImagesPolicy.";

/** What is not served though these modules test it. Each is the beginning of tests' names. */
export const NOT_SERVED: NotServed = [
  {
    tests: [
      "test_api.TestApiPaths.test_get_root_path",
      "test_api.TestApiPaths.test_get_versions_path",
      "test_api.TestApiVersions",
    ],
    feature: "The versions that stand for a cache",
    reason:
      "They expect v2.14 and v2.16, which say that there is one. Image data lies on the server's own disk.",
  },
  {
    tests: [
      "test_api.TestApiPaths.test_get_va1_images_path",
      "test_api.TestApiPaths.test_get_versions_choices",
    ],
    feature: "Versions at any address",
    reason: "A wrong probe must look wrong ([the differences](differences-from-glance.md)).",
  },
  {
    tests: [`${IMAGES}test_download_random_access_w_content_range`],
    feature: "`Content-Range` in a request",
    reason: "It describes what is sent ([the differences](differences-from-glance.md)).",
  },
  {
    tests: [`${IMAGES}test_methods_that_dont_accept_illegal_bodies`],
    feature: "Refusing a body that has no meaning",
    reason: "It is ignored, as the API says of DELETE ([the differences](differences-from-glance.md)).",
  },
  {
    tests: [`${IMAGES}test_image_visibility_to_different_users`],
    feature: "Callers of no project",
    reason:
      "A token of the tokens file is of a project; a token of Keystone without one may do nothing with images.",
  },
  {
    tests: [
      "v2.test_images.TestImageDirectURLVisibility.test_image_direct_url_visible",
      "v2.test_images.TestImageDirectURLVisibility.test_image_multiple_location_url_visible",
      "v2.test_images.TestImageLocationSelectionStrategy.",
      "v2.test_images.TestImportProxy.test_add_location",
      "v2.test_images.TestImportProxy.test_update_locations",
      `${IMAGES}test_download_image_raises_service_unavailable`,
      `${IMAGES}test_hidden_images`,
      `${IMAGES}test_image_lifecycle`,
      `${IMAGES}test_update_locations`,
      `${POLICY}test_image_update_locations`,
    ],
    feature: "Locations",
    reason: "Where data lies is not shown, as by default in Glance (`show_multiple_locations`).",
  },
  {
    tests: [`${IMAGES}test_property_protections_`],
    feature: "Property protections",
    reason: "Properties are guarded by no rules of their own.",
  },
  {
    tests: [
      "v2.test_images.TestImageMembers.",
      "v2.test_images.TestImportProxy.",
      `${IMAGES}test_image_import_`,
      `${IMAGES}test_web_download_`,
      `${POLICY}test_get_task_info`,
      `${POLICY}test_image_stage`,
      `${POLICY}test_import_glance_direct`,
    ],
    feature: "Staging, import and its tasks",
    reason: "Data is uploaded with `PUT /v2/images/{image_id}/file`; `/v2/info/import` names no method.",
  },
  {
    tests: [
      "v2.test_discovery.TestDiscovery.test_stores",
      "v2.test_images.TestCopyImagePermissions.",
      "v2.test_images.TestImagesMultipleBackend.",
      `${POLICY}test_copy_image`,
      `${POLICY}test_delete_from_store`,
    ],
    feature: "Several stores",
    reason: "There is one store.",
  },
  {
    tests: ["test_gzip_middleware."],
    feature: "Gzip of a short reply",
    reason: "An empty list does not become shorter by it.",
  },
  {
    tests: ["test_healthcheck_middleware.HealthcheckMiddlewareTest.test_healthcheck_disabled"],
    feature: "The words of a server that is out of service",
    reason: "They are JSON, as of every error ([the differences](differences-from-glance.md)).",
  },
  {
    tests: ["v2.test_schemas."],
    feature: "Another `schema-image.json`",
    reason: "The schema has the properties that Glance's own file names.",
  },
  {
    tests: ["v2.test_discovery.TestDiscovery.test_quota_with_usage", "v2.test_images.TestKeystoneQuotas."],
    feature: "Limits that Keystone keeps",
    reason: "Quotas are settings of the server ([the settings](settings.md)).",
  },
];
