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
    case: "`Prod` beside `prod` on MariaDB",
    glance: "500 for good",
    ours: "exact match",
    why: "a tag is compared exactly",
  },
  notUtf8: {
    case: "bytes that are no UTF-8",
    glance: "500",
    ours: "400",
    why: "bad input is the caller's error",
  },
  longTag: {
    case: "tag of over 255 on DELETE",
    glance: "404",
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
    case: "`PUT` of a tag with a body",
    glance: "400",
    ours: "the body is ignored, as on DELETE",
    why: "one rule",
  },
  malformedEncoding: {
    case: "a raw `%` or `%zz` in the path",
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
    case: "`If-Match` on a change of an image or its tags",
    glance: "ignored",
    ours: "412 when it does not hold",
    why: "openstacksdk has an error for it, and no change is lost unawares",
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
