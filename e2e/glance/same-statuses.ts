// Requests of every kind to both, good and bad: the same status, but for the differences that are meant.
import assert from "node:assert/strict";
import type { Setting } from "./setting.ts";

const PATCH = "application/openstack-images-v2.1-json-patch";
const OLDER_PATCH = "application/openstack-images-v2.0-json-patch";
const BYTES = "application/octet-stream";
const UUID = "0e1e4b9a-58ba-4a3c-9d2c-8d1a6a2f7c11";

/** A request, and what the two answer where that differs. `{id}` stands for an image of each server's own. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly differs?: readonly [glance: number, ours: number];
}

/** What is sent to make an image. */
const BODIES: Readonly<Record<string, Asked["differs"] | undefined>> = {
  '{"kernel_id":null}': undefined,
  '{"kernel_id":"abc"}': undefined,
  [`{"ramdisk_id":"${UUID}"}`]: undefined,
  '{"os_distro":null}': undefined,
  '{"cinder_encryption_key_deletion_policy":"never"}': undefined,
  '{"min_disk":-1}': undefined,
  '{"min_disk":"1"}': undefined,
  '{"min_disk":2147483648}': undefined,
  '{"min_ram":true}': undefined,
  '{"name":null}': undefined,
  [`{"name":"${"é".repeat(255)}"}`]: undefined,
  [`{"name":"${"é".repeat(256)}"}`]: undefined,
  '{"visibility":null}': undefined,
  '{"visibility":"public"}': undefined,
  '{"protected":"true"}': undefined,
  '{"owner":null}': undefined,
  '{"owner":"another"}': undefined,
  '{"disk_format":null}': undefined,
  '{"disk_format":"nope"}': undefined,
  '{"id":"x"}': undefined,
  '{"tags":["a",1]}': undefined,
  '{"tags":null}': undefined,
  '{"tags":["a","a"]}': undefined,
  '{"locations":[]}': undefined,
  '{"locations":"x"}': undefined,
  '{"locations":[{"url":"file:///x"}]}': undefined,
  '{"size":1}': undefined,
  '{"size":"x"}': undefined,
  '{"status":"active"}': undefined,
  '{"status":"bogus"}': undefined,
  '{"checksum":5}': undefined,
  '{"self":5}': undefined,
  '{"stores":5}': undefined,
  '{"direct_url":"x"}': undefined,
  '{"deleted":"x"}': undefined,
  '{"os_glance_x":"y"}': undefined,
  '{"x":null}': undefined,
  '{"x":5}': undefined,
  "5": undefined,
  null: undefined,
  "{": undefined,
  "": undefined,
  "[]": [500, 400],
  '{"":"a"}': [201, 400],
  '{"os_hash_algo":"x"}': [201, 403],
};

/** What is sent to change one. */
const PATCHES: Readonly<Record<string, Asked["differs"] | undefined>> = {
  "[]": undefined,
  "{}": undefined,
  "[5]": undefined,
  "[{}]": undefined,
  '[{"op":"add","path":"/kernel_id","value":null}]': undefined,
  '[{"op":"replace","path":"/kernel_id","value":null}]': undefined,
  '[{"op":"add","path":"/x","value":null}]': undefined,
  '[{"op":"add","path":"/x","value":"y"}]': undefined,
  '[{"op":"remove","path":"/x"}]': undefined,
  '[{"op":"replace","path":"/x","value":"y"}]': undefined,
  '[{"op":"add","path":"/x"}]': undefined,
  '[{"op":"move","path":"/x"}]': undefined,
  '[{"op":"add","path":"x","value":"y"}]': undefined,
  '[{"op":"add","path":"/x/","value":"y"}]': undefined,
  '[{"op":"add","path":"/~2","value":"y"}]': undefined,
  '[{"op":"add","path":"/tags/-","value":"y"}]': undefined,
  '[{"op":"remove","path":"/tags"}]': undefined,
  '[{"op":"replace","path":"/size","value":"x"}]': undefined,
  '[{"op":"replace","path":"/id","value":"x"}]': undefined,
  '[{"op":"replace","path":"/min_disk","value":-1}]': undefined,
  '[{"op":"replace","path":"/visibility","value":"public"}]': undefined,
  '[{"op":"replace","path":"/disk_format","value":"raw"}]': undefined,
  '[{"op":"add","path":"/locations","value":[]}]': undefined,
  '[{"op":"replace","path":"/locations","value":[]}]': undefined,
  '[{"op":"replace","path":"/locations","value":"x"}]': undefined,
  '[{"op":"add","path":"/locations/-","value":{"url":"http://a/","metadata":{}}}]': undefined,
  '[{"op":"remove","path":"/locations"}]': undefined,
  '[{"op":"add","path":5,"value":"y"}]': [500, 400],
  '[{"op":"add","path":"/","value":"y"}]': [200, 400],
  '[{"op":"replace","path":"/owner","value":null}]': undefined,
  '[{"op":"add","path":"/owner","value":null}]': [200, 403],
};

const OLDER_PATCHES = [
  '[{"replace":"/tags","value":["x"]}]',
  '[{"add":"/tags","value":["x"]}]',
  '[{"add":"/new","value":"x"}]',
  '[{"remove":"/new"}]',
  '[{"add":"/x","replace":"/y","value":"z"}]',
  '[{"op":"add","path":"/x","value":"z"}]',
  "[{}]",
];

/** What lists are asked for. */
const QUERIES: Readonly<Record<string, Asked["differs"] | undefined>> = {
  ...Object.fromEntries(
    [
      ..."limit=0 limit=-1 limit=x limit= limit=1001 marker= marker=x sort= sort=name sort=name:up sort=nope".split(
        " ",
      ),
      ..."sort=name&sort_key=id sort_key= sort_dir=up sort_key=name&sort_dir=asc visibility=bogus".split(" "),
      ..."visibility=all member_status=x member_status=all protected=True protected=true os_hidden=TRUE".split(
        " ",
      ),
      ..."os_hidden=x created_at= created_at=x created_at=gt:2020-01-01T00:00:00Z created_at=zz:2020".split(
        " ",
      ),
      ..."changes-since=x name=in: name=in:a,b name=zz:a status= status=bogus id=in:a size_min=abc".split(
        " ",
      ),
      ..."size=-1 owner= checksum= x= x=in:a tag=a tag=a&tag=b tag= deleted=true is_public=true".split(" "),
    ].map((query) => [query, undefined]),
  ),
  "size=abc": [200, 400],
  "min_ram=": [200, 400],
  "visibility=": [200, 400],
  "name=a&name=b": [200, 400],
  "name=%zz": [200, 400],
  "locations=x": [500, 200],
};

const OTHERS: readonly Asked[] = [
  ...["/v2/images/{id}", "/v2/images/{id}/members", "/v2/schemas/image", "/v2/info/import"].flatMap(
    (path): Asked[] => [
      { method: "GET", path },
      { method: "GET", path, body: "{}", differs: [400, 200] },
      { method: "PUT", path },
      { method: "HEAD", path, differs: [405, 200] },
    ],
  ),
  { method: "GET", path: "/v2/images/{id}/file" },
  { method: "PUT", path: "/v2/images/{id}/file", body: "x", type: "text/plain" },
  { method: "PUT", path: "/v2/images/{id}/file", body: "x", type: BYTES },
  { method: "PATCH", path: "/v2/images/{id}", body: "[]", type: "application/json" },
  { method: "PATCH", path: "/v2/images/{id}", body: "[]", type: PATCH.toUpperCase(), differs: [415, 200] },
  { method: "POST", path: "/v2/images/{id}/members", body: '{"member":""}' },
  { method: "POST", path: "/v2/images/{id}/members", body: "{}" },
  { method: "POST", path: "/v2/images/{id}/members", body: '{"member":"another"}' },
  { method: "PUT", path: "/v2/images/{id}/members/nobody", body: '{"status":"nope"}' },
  { method: "DELETE", path: "/v2/images/{id}/members/nobody" },
  { method: "POST", path: "/v2/images/{id}/actions/deactivate" },
  { method: "POST", path: "/v2/images/{id}/actions/deactivate", body: "{}", differs: [400, 403] },
  { method: "POST", path: "/v2/images/{id}/actions/nope" },
  { method: "GET", path: "/v2/tasks", differs: [403, 404] },
  { method: "GET", path: "/v2/schemas/task", differs: [200, 404] },
  { method: "GET", path: "/v2/nonsense" },
  { method: "GET", path: "/v2/images/" },
  { method: "GET", path: "/v2", differs: [302, 404] },
  { method: "GET", path: "/v2/" },
  { method: "GET", path: "/versions" },
  { method: "GET", path: "/" },
  { method: "DELETE", path: "/v2/images/{id}", body: "{}", differs: [400, 204] },
];

const REQUESTS: readonly Asked[] = [
  ...rows(BODIES, (body) => ({ method: "POST", path: "/v2/images", body })),
  ...rows(PATCHES, (body) => ({ method: "PATCH", path: "/v2/images/{id}", body, type: PATCH })),
  ...OLDER_PATCHES.map((body) => ({ method: "PATCH", path: "/v2/images/{id}", body, type: OLDER_PATCH })),
  ...rows(QUERIES, (query) => ({ method: "GET", path: `/v2/images?${query}` })),
  ...OTHERS,
];

export async function sameStatusChecks({ checks: { check }, glance, ours }: Setting) {
  for (const { method, path, body, type, differs } of REQUESTS) {
    const what = `${method} ${path}${body === undefined ? "" : ` with ${JSON.stringify(body.slice(0, 80))}`}`;
    const name =
      differs === undefined
        ? `${what} is answered alike`
        : `${what} is ${differs[0]} there and ${differs[1]} here`;
    await check(name, async () => {
      const statuses = [];
      for (const api of [glance, ours]) {
        const id = path.includes("{id}")
          ? await api.create({ name: "asked about", visibility: "shared" })
          : "";
        statuses.push((await api.send(method, path.replace("{id}", id), body, type)).status);
      }
      if (differs === undefined) assert.equal(statuses[1], statuses[0]);
      else assert.deepEqual(statuses, differs);
    });
  }
}

function rows(
  table: Readonly<Record<string, Asked["differs"] | undefined>>,
  request: (text: string) => Asked,
): Asked[] {
  return Object.entries(table).map(([text, differs]) => ({
    ...request(text),
    ...(differs === undefined ? {} : { differs }),
  }));
}
