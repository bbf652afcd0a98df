/** A kind of error, whichever request met it. */
export interface ErrorFacts {
  /** The HTTP status that it is answered with. */
  readonly status: number;
  /** The cause. */
  readonly cause: string;
  /** The remedy, for a caller or an operator. */
  readonly remedy: string;
  /** The code of the same error in the `ims` profile. Source: Image Management Service, "Error Codes". */
  readonly imsCode?: string;
}

/**
 * The one table of errors: every error that a server answers is of one of these kinds. `docs/errors.md` and the
 * enumeration in `openapi.json` are made from it.
 */
export const ERROR_REASONS = {
  "malformed-request": {
    status: 400,
    cause: "What arrived is no HTTP/1.1 request: broken framing, an unreadable target, no `Host` or two.",
    remedy: "Send requests with an HTTP library. Where one does, look for a proxy that rewrites them.",
  },
  "malformed-path": {
    status: 400,
    cause: "The path has a `%` that begins no percent-encoded byte, or its bytes are no UTF-8.",
    remedy: "Percent-encode the UTF-8 bytes of each path segment, once: `é` is `%C3%A9`, `%` is `%25`.",
  },
  "malformed-query": {
    status: 400,
    cause: "The query is not well-formed percent-encoded UTF-8.",
    remedy: "Percent-encode the UTF-8 bytes of each name and value, once.",
  },
  "malformed-body": {
    status: 400,
    cause: "The body is no JSON in UTF-8, is empty where one is needed, or broke off before its end.",
    remedy: "Send the JSON document that the route describes, whole, encoded as UTF-8.",
  },
  "invalid-path-parameter": {
    status: 400,
    cause: "A part of the path is not what the route takes there.",
    remedy: "The message says which part and why.",
  },
  "invalid-query": {
    status: 400,
    cause:
      "A parameter of the query has a value that it cannot have, is given twice, or conflicts with another.",
    remedy: "The message names the parameter. The route's parameters are in `openapi.json`.",
  },
  "unexpected-query": {
    status: 400,
    cause: "A route that removes something was given a query, and it takes none.",
    remedy: "Name what is to be removed in the path: `DELETE /v2/images/{image_id}/tags/{tag}` for one tag.",
  },
  "invalid-header": {
    status: 400,
    cause:
      "`If-Match`, `If-None-Match` or `Range` is not in the form that HTTP gives it, or asks for several ranges.",
    remedy: "Entity tags stand in quotes; a range is `bytes=0-99`, one at a time.",
  },
  "invalid-body": {
    status: 400,
    cause: "The body is JSON, but a member is missing, of another type or out of its range.",
    remedy: "The message names the first member that is wrong.",
  },
  "invalid-tag": {
    status: 400,
    cause: "A tag breaks the rule of the server's tag profile.",
    remedy:
      "In the `glance` profile a tag has 1 to 255 characters, none of them a control character; in the `ims` " +
      "profile 1 to 255 of `A-Z a-z 0-9 _ -`.",
    imsCode: "IMG.0115",
  },
  "unstorable-text": {
    status: 400,
    cause: "The database's column has no room for a text, or no such characters.",
    remedy: "Use a shorter text or other characters, or let the operator widen the column's character set.",
  },
  "no-such-marker": {
    status: 400,
    cause: "The image that a list was to go on after is not there, or the caller may not see it.",
    remedy: "Begin the list anew, without `marker`.",
  },
  "method-override": {
    status: 400,
    cause: "The request asks to be taken for one of another method, by `_method` or a header.",
    remedy: "Send the request with the method that is meant.",
  },
  "unknown-store": {
    status: 400,
    cause: "`X-Image-Meta-Store` of an upload names a store, and the server has one store without a name.",
    remedy: "Leave the header out. `/v2/info/stores` lists what may be named, where there are several.",
  },
  "formats-missing": {
    status: 400,
    cause: "Data was sent for an image without `disk_format` or `container_format`.",
    remedy: "Set both with `PATCH /v2/images/{image_id}` first.",
  },
  "not-authenticated": {
    status: 401,
    cause: "There is no `X-Auth-Token`, or the token is unknown, has ended or was revoked.",
    remedy: "Get a token where `WWW-Authenticate` says, and send it as `X-Auth-Token`.",
  },
  "credentials-refused": {
    status: 401,
    cause:
      "Keystone does not let whoever signs in to the page in: which of what was sent is wrong, is not told.",
    remedy:
      "Check the user, its domain, the password and the project. After many tries Keystone may lock a user.",
  },
  forbidden: {
    status: 403,
    cause:
      "The caller sees the image but may not do this to it, by the policy or because another project owns it.",
    remedy:
      "Ask as a member of the owning project or as an administrator. `imagetags-server policy` tells why.",
  },
  "cross-site": {
    status: 403,
    cause:
      "A page of another origin asks what the server answers to its own page alone, or it is not told which asks.",
    remedy:
      "Open `/console/` of this server. Behind a proxy that changes `Host`, let the operator set `IMAGETAGS_PUBLIC_URL`.",
  },
  "read-only-attribute": {
    status: 403,
    cause: "The server alone sets this attribute of an image.",
    remedy: "Leave the attribute out of the request.",
  },
  "image-protected": {
    status: 403,
    cause: "The image is protected against deletion.",
    remedy: "Set `protected` to `false` first. Tags of a protected image may be changed.",
  },
  "protected-tag": {
    status: 403,
    cause:
      "A rule of the project or of the cloud forbids this to be done to the tag. The message names the rule.",
    remedy:
      "Ask a bearer of the role that the rule excepts. `GET /v2/tag-rules` shows the rules; who may change them can delete one.",
  },
  "no-such-image": {
    status: 404,
    cause: "There is no such image, it is deleted, or the caller may not see it: which, is not told.",
    remedy: "Check the id, and whose token it is. A private image is shown to its own project only.",
  },
  "no-such-tag": {
    status: 404,
    cause:
      "The image does not bear the tag: it never did, or another request removed it. Of a move: no image of the project does.",
    remedy: "Nothing, where the tag was to be removed. Tags are compared exactly: `Prod` is not `prod`.",
  },
  "no-such-member": {
    status: 404,
    cause: "The project is no member of the image, or none that the caller may see.",
    remedy: "The owner of the image sees all of its members, a member only itself.",
  },
  "no-such-tag-event": {
    status: 404,
    cause:
      "There is no event of this id, it is older than events are kept, or the caller may not see its image.",
    remedy: "`GET /v2/tag-events` has the ids of the events that the caller may see.",
  },
  "no-such-page": {
    status: 404,
    cause: "The page is switched off by `IMAGETAGS_CONSOLE` or `IMAGETAGS_DOCS`, or its files are not there.",
    remedy: "The message says which. A build without the page's files is mended by `npx -y pnpm@12 build`.",
  },
  "no-sign-in": {
    status: 404,
    cause: "The server knows callers by its tokens file, so there is nobody to sign in at.",
    remedy: "Paste a token of that file.",
  },
  "no-such-tag-rule": {
    status: 404,
    cause: "There is no rule of this id, or it is another project's.",
    remedy: "`GET /v2/tag-rules` has the ids of the rules.",
  },
  "no-such-path": {
    status: 404,
    cause: "The server has nothing at this address.",
    remedy: "Check the address: one slash between segments, none at the end, and `%2F` for a `/` in a tag.",
  },
  "method-not-allowed": {
    status: 405,
    cause: "The address is known but not with this method.",
    remedy: "Use one of the methods that `Allow` names.",
  },
  "request-timeout": {
    status: 408,
    cause: "The request did not arrive whole in time.",
    remedy: "Send it again over a new connection.",
  },
  "no-such-property": {
    status: 409,
    cause: "A property was to be replaced or removed that the image does not have.",
    remedy: "Show the image, and use `add` for a property that it does not have.",
  },
  "property-exists": {
    status: 409,
    cause: "A patch of the older media type was to add what the image has already.",
    remedy: "Use `replace`, or the newer media type, whose `add` replaces too.",
  },
  "colliding-tag": {
    status: 409,
    cause:
      "On Glance's own tables, a tag to be added is equal to another tag of the image by the collation of their " +
      "column, such as `prod` beside `Prod`. Glance would answer 500 for that image from then on.",
    remedy:
      "Remove the other tag first, or add one that differs by more than case, accents or spaces at its end.",
  },
  "image-id-taken": {
    status: 409,
    cause: "An image of this id exists, or existed.",
    remedy: "Choose another id, or leave it to the server.",
  },
  "image-data-elsewhere": {
    status: 409,
    cause: "Glance keeps the data of this image; this server does not reach it.",
    remedy: "Download or delete the image by way of Glance.",
  },
  "image-not-queued": {
    status: 409,
    cause: "The image has its data, or an upload is under way.",
    remedy: "Data is given once. Make a new image for other data.",
  },
  "already-member": {
    status: 409,
    cause: "The image is shared with this project already.",
    remedy: "Nothing.",
  },
  "tag-not-on-source": {
    status: 409,
    cause: "A tag was to be moved from an image that does not bear it.",
    remedy:
      "`GET /v2/images?tag={tag}` tells which image does. Without `from` it is moved from whichever does.",
  },
  "tag-on-others": {
    status: 409,
    cause:
      "A tag was to be moved from one image, and other images of the project bear it too: the message names some.",
    remedy:
      "Leave `from` out, and it is taken from all of them; or remove it from those that should not have it.",
  },
  "too-many-bearers": {
    status: 409,
    cause: "A tag was to be moved that more images of the project bear than one move takes it from.",
    remedy: "Remove it from most of them first, such as with `imagetags remove --everywhere`.",
  },
  "tag-changed-since": {
    status: 409,
    cause: "The tag was changed on the image after this event, or the event was undone already.",
    remedy: "Look at the image's events: the newest one of the tag can be undone.",
  },
  "no-tag-history": {
    status: 409,
    cause: "The database records no events of tags, so that none can be undone.",
    remedy: "Let the operator run `imagetags-server migrate --alongside`, and add or remove the tag by hand.",
  },
  "tag-rule-exists": {
    status: 409,
    cause: "There is a rule of this pattern already, which forbids the same and excepts the same role.",
    remedy: "Nothing, where that rule was meant. A rule never changes: delete it, and make another.",
  },
  "no-tag-rules": {
    status: 409,
    cause: "The database has no table for rules about tags, so that there are none.",
    remedy: "Let the operator run `imagetags-server migrate --alongside`, and start every server anew.",
  },
  "image-gone": {
    status: 410,
    cause: "The image was deleted while its data was being uploaded.",
    remedy: "Make the image anew, and upload to it.",
  },
  "precondition-failed": {
    status: 412,
    cause:
      "The image is not in the state that `If-Match` or `If-None-Match` asks for: it was changed since. Nothing was changed.",
    remedy: "Read the image again, decide anew, and send the new entity tag.",
  },
  "plan-changed": {
    status: 412,
    cause:
      "By now something else would be done to the images than the plan says whose entity tag is in `If-Match`. Nothing was changed.",
    remedy:
      "Ask for the plan again with `dry_run`, look at it, and send its entity tag; or `*`, to do what is to be done.",
  },
  "tag-quota-exceeded": {
    status: 413,
    cause: "The image would bear more different tags than `IMAGETAGS_TAG_QUOTA` allows.",
    remedy: "Remove tags that are not needed, or let the operator raise the quota.",
    imsCode: "IMG.0116",
  },
  "tag-rule-quota-exceeded": {
    status: 413,
    cause: "The project, or the cloud, would have more than 100 rules about tags.",
    remedy: "Delete rules that are not needed, or let one pattern stand for several.",
  },
  "property-quota-exceeded": {
    status: 413,
    cause: "The image would have more properties than an image may have.",
    remedy: "Remove properties that are not needed.",
  },
  "member-quota-exceeded": {
    status: 413,
    cause: "The image would be shared with more projects than an image may be.",
    remedy: "Remove members, or make the image `community` or `public`.",
  },
  "image-metadata-too-large": {
    status: 413,
    cause: "The tags and properties of the image would have more than 1 MB together.",
    remedy: "Remove or shorten properties. What is large belongs to the image's data or to another place.",
  },
  "too-many-items": {
    status: 413,
    cause: "A list or an object of the body has more items than the route takes.",
    remedy: "Send less at once. `openapi.json` has the bounds as `maxItems` and `maxProperties`.",
  },
  "body-too-large": {
    status: 413,
    cause: "The request body is larger than the route takes.",
    remedy: "Send less at once. Image data goes to `/v2/images/{image_id}/file`.",
  },
  "image-too-large": {
    status: 413,
    cause: "The data is larger than an image's data may be.",
    remedy: "Upload a smaller image, or let the operator raise `IMAGETAGS_IMAGE_SIZE_CAP`.",
  },
  "storage-quota-exceeded": {
    status: 413,
    cause: "The data of the project's images would be more than a project may have.",
    remedy: "Delete images of the project, or let the operator raise `IMAGETAGS_USER_STORAGE_QUOTA`.",
  },
  "image-quota-exceeded": {
    status: 413,
    cause: "The project would have more images than it may.",
    remedy: "Delete images of the project, or let the operator raise `IMAGETAGS_IMAGE_COUNT_TOTAL`.",
  },
  "storage-full": {
    status: 413,
    cause: "There is no room left where image data is kept.",
    remedy: "Delete images, or let the operator enlarge the storage.",
  },
  "target-too-long": {
    status: 414,
    cause: "The request line is longer than 16 KB.",
    remedy: "Ask for less at once, such as with fewer filters.",
  },
  "unsupported-media-type": {
    status: 415,
    cause: "The body is of a media type that the route does not take.",
    remedy: "Use one of the types that `Accept-Patch` or `Accept` of the reply names.",
  },
  "range-not-satisfiable": {
    status: 416,
    cause: "The image's data has no such range.",
    remedy: "`Content-Range` of the reply says how many bytes there are.",
  },
  "expectation-failed": {
    status: 417,
    cause: "`Expect` asks for something other than `100-continue`.",
    remedy: "Leave the header out.",
  },
  "precondition-required": {
    status: 428,
    cause: "Tags of many images were to be changed without `If-Match`.",
    remedy:
      "Ask for the plan with `dry_run`, and send its entity tag in `If-Match`; or `*`, to do whatever is to be done.",
  },
  "too-many-changes": {
    status: 429,
    cause:
      "The caller, or the callers of their project together, ask for more changes than the operator allows. Nothing was changed.",
    remedy:
      "Try again after `Retry-After` seconds, more slowly; change many images by one request. The operator's limits are `IMAGETAGS_CHANGES_PER_CALLER` and `IMAGETAGS_CHANGES_PER_PROJECT`.",
  },
  "too-many-sign-ins": {
    status: 429,
    cause: "The caller's address, or all together, ask more of Keystone by the page than is passed on.",
    remedy: "Try again after `Retry-After` seconds. Each refused password counts several times.",
  },
  "headers-too-large": {
    status: 431,
    cause: "The headers of the request are longer than 16 KB.",
    remedy: "Send fewer headers. A token that is longer is none of this cloud's.",
  },
  "internal-error": {
    status: 500,
    cause: "Something that nobody foresaw; the server's log has it under the request id.",
    remedy: "Give the request id to the operator.",
  },
  "not-implemented": {
    status: 501,
    cause:
      "The request asks for a part of HTTP that the server does not have, such as another `Transfer-Encoding`.",
    remedy: "Send bodies with `Content-Length`, or in chunks by HTTP/1.1.",
  },
  overloaded: {
    status: 503,
    cause: "More changes are asked for than the database can make. Nothing was changed.",
    remedy: "Try again after `Retry-After` seconds, more slowly.",
  },
  "database-unavailable": {
    status: 503,
    cause:
      "The database cannot be reached, is locked for too long, is full or failed. A change may have been made.",
    remedy: "Try again after `Retry-After` seconds. The server's log says what the database answered.",
  },
  "not-ready": {
    status: 503,
    cause:
      "The server is being taken out of service, or lacks something that it cannot do without; `obstacles` tells what.",
    remedy: "Ask another server. Each obstacle's message says what is to be done about it.",
  },
  "image-data-unavailable": {
    status: 503,
    cause: "The place where image data is kept cannot be read or written, or lacks data that it should have.",
    remedy: "Try again after `Retry-After` seconds. The server's log says what failed.",
  },
  "identity-unavailable": {
    status: 503,
    cause: "The identity service cannot be asked, so nobody knows whether the token is good.",
    remedy: "Try again after `Retry-After` seconds; keep the token.",
  },
  "glance-unavailable": {
    status: 503,
    cause:
      "Glance, which this server stands in front of, cannot be reached, broke off or stood still. A change may have been made.",
    remedy: "Try again after `Retry-After` seconds. Tags can be read and changed meanwhile.",
  },
  "http-version-not-supported": {
    status: 505,
    cause: "The request is of a version of HTTP that the server does not speak.",
    remedy: "Speak HTTP/1.1.",
  },
  "glance-loop": {
    status: 508,
    cause: "The URL that is set for Glance leads back to this server.",
    remedy: "Let the operator set `IMAGETAGS_GLANCE_URL` to glance-api itself.",
  },
} as const satisfies Readonly<Record<string, ErrorFacts>>;

/** A kind of error, by its name for programs. See {@link ERROR_REASONS}. */
export type ErrorReason = keyof typeof ERROR_REASONS;

/** The status that an error of a kind is answered with. */
export type StatusOf<Reason extends ErrorReason> = (typeof ERROR_REASONS)[Reason]["status"];
