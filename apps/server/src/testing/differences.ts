/** A case in which this server differs from Glance on purpose. */
export interface Difference {
  readonly case: string;
  /** What Glance 25.1 answers. */
  readonly glance: string;
  readonly ours: string;
  readonly why: string;
}

/**
 * Every intended difference from Glance, by a short name. The documentation holds this table, and each row has
 * a test that names it. Any other difference is a defect.
 */
export const DIFFERENCES = {
  deleteBody: {
    case: "DELETE with a body",
    glance: "400",
    ours: "the same as without",
    why: 'the API says: "The request body is ignored"',
  },
  once: {
    case: "the same tag removed N times at once",
    glance: "several 204 (155 of 200 rounds)",
    ours: "one 204",
    why: 'the API says: "can only be removed once"',
  },
  parallel: {
    case: "parallel changes to other tags of the image",
    glance: "lost, or they come back",
    ours: "each takes effect",
    why: "no 2xx may be untrue",
  },
  methodOverride: {
    case: "`GET …/tags/x?_method=DELETE`",
    glance: "204, deletes",
    ours: "never deletes",
    why: "a GET is safe",
  },
  nonAscii: {
    case: "non-ASCII tag in the path",
    glance: "stored as mojibake; a tag set by JSON is 404",
    ours: "UTF-8, found",
    why: "the tag is what the caller wrote",
  },
  slash: {
    case: "`%2F` in the tag",
    glance: "404",
    ours: "found",
    why: "JSON can set such a tag, so it must be removable",
  },
  exact: {
    case: "removing `prod` beside `Prod` on MariaDB",
    glance: "500 for good",
    ours: "exact match",
    why: "a tag is compared exactly",
  },
  colliding: {
    case: "adding `prod` beside `Prod` on Glance's own tables on MariaDB or MySQL",
    glance: "204, and 500 when either is removed",
    ours: "409",
    why: "Glance must go on working for that image; elsewhere both stand side by side",
  },
  notUtf8: {
    case: "bytes that are no UTF-8",
    glance: "500",
    ours: "400",
    why: "bad input is the caller's error",
  },
  longTag: {
    case: "tag of over 255 on DELETE",
    glance: "404, or what the caller may not do",
    ours: "400",
    why: "the caller is told what is wrong",
  },
  keystoneDown: {
    case: "Keystone down",
    glance: "401",
    ours: "503 + `Retry-After`",
    why: "the token may be good",
  },
  errors: {
    case: "errors",
    glance: "HTML, text or JSON with `<br />`",
    ours: "JSON, always",
    why: "programs read them",
  },
  nextLink: {
    case: "`next` link of a list with a repeated filter",
    glance: "drops one",
    ours: "keeps all",
    why: "page 2 is of the same list",
  },
  tagCollection: {
    case: "`GET`/`HEAD …/tags/{tag}`; `GET`/`PUT`/`DELETE …/tags`",
    glance: "405; 404",
    ours: "API-SIG's tag collection",
    why: "openstacksdk's own tag methods then work",
  },
  tagEvents: {
    case: "`GET /v2/tag-events`, `GET …/tag-events`, `POST /v2/tag-events/{id}/undo`",
    glance: "404",
    ours: "[what became of tags](history.md), and undoing it",
    why: "whoever lost a tag asks who took it",
  },
  cloudTags: {
    case: "`GET /v2/tags`, `POST /v2/tags/{tag}/move`",
    glance: "404",
    ours: "all tags with how many images bear each; [a move](history.md#moving), at once",
    why: "a list must never have two bearers of a tag or none while it is handed on",
  },
  tagRules: {
    case: "`GET`/`POST /v2/tag-rules`, `GET`/`DELETE …/{rule_id}`; a change that a rule forbids",
    glance: "404; done",
    ours: "[rules about tags](tag-rules.md); 403",
    why: "a release's tag must not go by mistake",
  },
  tagActions: {
    case: "`POST /v2/tag-actions`",
    glance: "404",
    ours: "changes the tags of [many images at once](bulk.md), and tells beforehand what that would do",
    why: "whoever changes many wants to see which, and to have all or none of it",
  },
  emptyTag: {
    case: "an empty tag in `POST` or `PATCH`",
    glance: "stored, and no URL can remove it",
    ours: "400",
    why: "what cannot be removed must not be added",
  },
  controlCharacter: {
    case: "a control character in a tag that is added",
    glance: "stored",
    ours: "400 (removing one works)",
    why: "as above, and logs stay readable",
  },
  fourByte: {
    case: "a 4-byte character in a tag",
    glance: "mojibake by URL, 400 by JSON",
    ours: "stored where the column can hold it, else 400",
    why: "the tag is what the caller wrote",
  },
  quotaOfDifferentTags: {
    case: "129 tags in `POST` or `PATCH`, some of them alike",
    glance: "413",
    ours: "counts different tags",
    why: "the quota is of tags borne",
  },
  putBody: {
    case: "`PUT` of a tag, an action, or `GET`, with a body",
    glance: "400",
    ours: "the body is ignored, as on DELETE",
    why: "one rule",
  },
  malformedEncoding: {
    case: "a raw `%` or `%zz` in the path or the query",
    glance: "taken literally",
    ours: "400",
    why: "malformed encoding",
  },
  oneAddress: {
    case: "`//` in the path, `%2F` for a separator",
    glance: "collapsed; taken as a separator",
    ours: "404",
    why: "one address for one thing; proxies and access rules can rely on it",
  },
  encodedLetters: {
    case: "`%74ags` for `tags` in the path",
    glance: "the same address",
    ours: "the same address",
    why: "RFC 3986, 6.2.2.2; for routes and access rules alike",
  },
  clearingQuery: {
    case: "a query on `DELETE …/tags` (all tags)",
    glance: "404",
    ours: "400, naming the path for one tag",
    why: "whoever types `?tag=x` means one",
  },
  absoluteForm: {
    case: "an absolute-form target",
    glance: "300",
    ours: "as the path",
    why: "RFC 9112, 3.2.2",
  },
  unknownPath: {
    case: "unknown paths outside `/v2`",
    glance: "300",
    ours: "404, but for `/`, `/versions` and `/images…`",
    why: "a wrong probe must look wrong",
  },
  storageToken: {
    case: "`X-Storage-Token`",
    glance: "taken as a token",
    ours: "not taken",
    why: "an alias of another service",
  },
  ifMatch: {
    case: "`If-Match` or `If-None-Match` on a request for an image or its tags",
    glance: "ignored",
    ours: "412 when it does not hold; 304 to who has it already",
    why: "openstacksdk has an error for it, and no change is lost unawares",
  },
  permissionFirst: {
    case: "a body that is malformed, or a patch of no operation, from one who may not do what it asks",
    glance: "400; 200",
    ours: "403 or 404, as for any other body",
    why: "who may not is told so before anything is read",
  },
  policyRuleGone: {
    case: "a rule that is taken out of the policy file while the server runs",
    glance: "goes on until it is started anew",
    ours: "its default",
    why: "what is in force is what the file says",
  },
  head: {
    case: "`HEAD` of what `GET` answers",
    glance: "405; of `/healthcheck` 204",
    ours: "as `GET`, without the body",
    why: "RFC 9110, 9.1: every server must support GET and HEAD",
  },
  liveAndReady: {
    case: "`/livez` and `/readyz`",
    glance: "300",
    ours: "whether the process answers, and whether it can do its work",
    why: "what starts a process anew and what sends requests elsewhere ask different things",
  },
  contentRange: {
    case: "`Content-Range` in a request for data",
    glance: "taken as a range: 206, 416 or 500",
    ours: "ignored; `Range` is taken",
    why: "RFC 9110, 14.4: it describes what is sent",
  },
  rangeIgnored: {
    case: "`Range` in another unit than bytes, or with `If-Range`",
    glance: "416; 206",
    ours: "ignored: 200 with all of the data",
    why: "RFC 9110, 14.2 and 13.1.5",
  },
  mediaTypeCase: {
    case: "a media type in capitals",
    glance: "415",
    ours: "the same media type",
    why: "RFC 9110, 8.3.1",
  },
  notServed: {
    case: "`/v2/tasks`, `/v2/cache`, metadata definitions, staging, import and their schemas",
    glance: "as documented, or 403",
    ours: "404",
    why: "they are not served, and a 403 would say that others may",
  },
  oneStore: {
    case: "an upload that names a store (`X-Image-Meta-Store`)",
    glance: "taken, and with one store ignored",
    ours: "400",
    why: "there is none to name, and data must not lie elsewhere than its writer said",
  },
  olderAddresses: {
    case: "`/v2.8`, `/v2.10` to `/v2.14` and `/v2.16` in the path, which are not listed",
    glance: "300 with one store, served with several",
    ours: "served",
    why: "addresses that were learnt from another Glance keep working",
  },
  wrongFilter: {
    case: "`?size=abc`, `?min_ram=abc`, `?visibility=` and their like in a list",
    glance: "an empty list",
    ours: "400, as `?size_min=abc` in both",
    why: "a slip must not look like having no images",
  },
  filterTwice: {
    case: "a filter that is given twice, other than tags and sort keys",
    glance: "the last counts",
    ours: "400",
    why: "nobody knows which was meant",
  },
  tagFilterBlanks: {
    case: "blanks around the value of a `tag` filter",
    glance: "taken off",
    ours: "part of the tag",
    why: "a tag is compared exactly, and one that has them must be found",
  },
  filterOutOfRange: {
    case: "a number in a filter beyond 2^53; `?locations=x`, `?properties=x`",
    glance: "500 or an empty list; 500",
    ours: "400; no image has such a property",
    why: "bad input is the caller's error",
  },
  bodyOfAnotherForm: {
    case: "`[]` for an image, a number for a path, `5` for a member",
    glance: "500; 500; taken",
    ours: "400",
    why: "bad input is the caller's error",
  },
  hashesSet: {
    case: "`os_hash_algo` or `os_hash_value` in `POST`",
    glance: "201, and ignored",
    ours: "403, as for `checksum` in both",
    why: "what is not done must not be answered as done",
  },
  propertyBounds: {
    case: "a property of an empty name, of over 255 characters, or of a value over 65,535 bytes",
    glance: "stored where the database takes it",
    ours: "400",
    why: "MariaDB's columns hold no more, and no path can name the empty one",
  },
  memberBounds: {
    case: "a member of over 255 characters, or of control characters",
    glance: "stored where the database takes it",
    ours: "400",
    why: "as above",
  },
  pointerBlanks: {
    case: "blanks around a name in the path of a patch",
    glance: "taken off",
    ours: "part of the name, as in `POST` in both",
    why: "RFC 6901, and what can be made can be changed",
  },
  oddDiskHeader: {
    case: "a vmdk whose descriptor names no kind; a disk of 2^63 bytes by its header",
    glance: "400, and the image is queued again; 500, and it stays `saving`",
    ours: "taken; `virtual_size` is null",
    why: "data is kept as it is sent, whatever stands in it",
  },
  gzip: {
    case: "`Accept-Encoding: gzip` on a large JSON reply",
    glance: "ignored",
    ours: "in gzip",
    why: "a list of a thousand images is 56 KB on the way and not 601 KB",
  },
  ownerless: {
    case: "`owner` set to `null` by a member with `add`",
    glance: "200, and nobody but an administrator can change the image any more",
    ours: "403, as with `replace` in both",
    why: "an image must not be lost by a slip",
  },
  bareVersion: {
    case: "`/v2` without a slash",
    glance: "302 to `/v2/`, which is 404",
    ours: "404",
    why: "a way that leads nowhere helps nobody",
  },
  unknownMethod: {
    case: "an unknown method where nothing is, and `CONNECT`",
    glance: "501; 405",
    ours: "404; 501",
    why: "RFC 9110, 9.3.6: `CONNECT` is for proxies",
  },
  longRequestId: {
    case: "a request id of 65 characters",
    glance: "500",
    ours: "ignored, a new one made",
    why: "bad input must not break a request",
  },
} as const satisfies Record<string, Difference>;

/** The short name of a difference. */
export type DifferenceName = keyof typeof DIFFERENCES;
