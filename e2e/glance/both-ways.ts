// What one of the two servers does, the other shows at once.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { ImageApi } from "../lib/image-api.ts";
import type { Setting } from "./setting.ts";
import type { Checks } from "../lib/checks.ts";

const FORMATS = { disk_format: "raw", container_format: "bare" };

export async function bothWaysChecks({ checks: { check }, glance, ours, beta }: Setting) {
  const ways = [
    { one: glance, other: ours, toOther: beta.ours, toOne: beta.glance },
    { one: ours, other: glance, toOther: beta.glance, toOne: beta.ours },
  ];
  for (const { one, other, toOther, toOne } of ways) {
    const same = async (id: string) => assert.deepEqual(await other.show(id), await one.show(id));

    await check(`an image that ${one.name} creates is the same at ${other.name}`, async () => {
      const id = await one.create({
        name: "Ubuntu 24.04 – arm64",
        tags: ["base", "é", "a/b", "100%"],
        visibility: "community",
        protected: true,
        min_disk: 20,
        min_ram: 2048,
        os_hidden: true,
        architecture: "aarch64",
        "hw:mem_page_size": "large",
        note: "",
        ...FORMATS,
      });
      await same(id);
    });
    const id = await one.create({ name: "changing", tags: ["base"], colour: "red", ...FORMATS });
    await check(`what ${one.name} changes of an image and its properties, ${other.name} shows`, async () => {
      const { status } = await one.patch(id, [
        { op: "replace", path: "/name", value: "changed" },
        { op: "replace", path: "/colour", value: "blue" },
        { op: "add", path: "/shape", value: "round" },
      ]);
      assert.equal(status, 200);
      await same(id);
      assert.equal((await one.patch(id, [{ op: "remove", path: "/colour" }])).status, 200);
      await same(id);
      const { name, shape, colour } = await other.show(id);
      assert.deepEqual({ name, shape, colour }, { name: "changed", shape: "round", colour: undefined });
    });
    await check(`a tag that ${one.name} adds and removes comes and goes at ${other.name}`, async () => {
      for (const round of ["first", "second"]) {
        assert.equal(await one.addTag(id, "web"), 204);
        assert.deepEqual(await other.tags(id), ["base", "web"], round);
        assert.equal(await one.removeTag(id, "web"), 204);
        assert.deepEqual(await other.tags(id), ["base"], round);
        assert.equal(await other.removeTag(id, "web"), 404, "it is gone there too");
      }
    });
    await check(`a tag that ${one.name} adds, ${other.name} removes`, async () => {
      assert.equal(await one.addTag(id, "shared-work"), 204);
      assert.equal(await other.removeTag(id, "shared-work"), 204);
      assert.deepEqual(await one.tags(id), ["base"]);
      assert.equal(await one.removeTag(id, "shared-work"), 404);
    });
    await check(`a list of tags that ${one.name} replaces is replaced at ${other.name}`, async () => {
      const { status } = await one.patch(id, [{ op: "replace", path: "/tags", value: ["base", "x", "y"] }]);
      assert.equal(status, 200);
      assert.deepEqual(await other.tags(id), ["base", "x", "y"]);
      assert.equal((await one.patch(id, [{ op: "replace", path: "/tags", value: ["y"] }])).status, 200);
      assert.deepEqual(await other.tags(id), ["y"]);
    });
    await check(`an image is listed by a tag at ${other.name} while it bears it at ${one.name}`, async () => {
      const listed = async () => {
        const { body } = await other.send("GET", "/v2/images?tag=found-by-it");
        return body.images.map((image: { id: string }) => image.id);
      };
      await one.addTag(id, "found-by-it");
      assert.deepEqual(await listed(), [id]);
      await one.removeTag(id, "found-by-it");
      assert.deepEqual(await listed(), []);
    });
    await check(`an image that ${one.name} shares is accepted at ${other.name}, and taken back`, async () => {
      const members = `/v2/images/${id}/members`;
      assert.equal((await toOther.send("GET", `/v2/images/${id}`)).status, 404);
      assert.equal((await one.send("POST", members, { member: beta.project })).status, 200);
      assert.deepEqual((await toOther.show(id)).id, id);
      const accepted = await toOther.send("PUT", `${members}/${beta.project}`, { status: "accepted" });
      assert.equal(accepted.status, 200);
      const shown = await Promise.all([one, other].map(async (api) => (await api.send("GET", members)).body));
      assert.deepEqual(shown[0], shown[1]);
      assert.equal(shown[0].members[0].status, "accepted");
      const listed = await toOne.send("GET", "/v2/images?visibility=shared");
      assert.ok(listed.body.images.some((image: { id: string }) => image.id === id));
      assert.equal((await other.send("DELETE", `${members}/${beta.project}`)).status, 204);
      assert.equal((await toOne.send("GET", `/v2/images/${id}`)).status, 404);
    });
    await check(
      `an image that ${one.name} deletes is gone at ${other.name}, and so are its tags`,
      async () => {
        assert.equal((await one.send("DELETE", `/v2/images/${id}`)).status, 204);
        assert.equal((await other.send("GET", `/v2/images/${id}`)).status, 404);
        assert.equal(await other.removeTag(id, "y"), 404);
        assert.equal(await other.addTag(id, "y"), 404);
      },
    );
  }
  await uploadChecks({ check, glance, ours });
}

async function uploadChecks({
  check,
  glance,
  ours,
}: {
  check: Checks["check"];
  glance: ImageApi;
  ours: ImageApi;
}) {
  const data = "what the image holds\n";
  const upload = async (api: ImageApi) => {
    const id = await api.create({ name: "with data", tags: ["full"], ...FORMATS });
    const { status } = await api.send("PUT", `/v2/images/${id}/file`, data, "application/octet-stream");
    assert.equal(status, 204);
    return id;
  };
  await check("data that Glance takes in is shown by the server, which leaves it to Glance", async () => {
    const id = await upload(glance);
    const { stores, ...shown } = await glance.show(id);
    assert.equal(stores, "files");
    assert.deepEqual([shown.status, shown.size], ["active", data.length]);
    assert.deepEqual(await ours.show(id), shown);
    assert.equal((await ours.send("GET", `/v2/images/${id}/file`)).status, 409);
    assert.equal((await ours.send("DELETE", `/v2/images/${id}`)).status, 409);
    assert.equal(await ours.removeTag(id, "full"), 204);
    assert.deepEqual(await glance.tags(id), []);
    assert.equal((await glance.send("GET", `/v2/images/${id}/file`)).body, data);
    assert.equal((await glance.send("DELETE", `/v2/images/${id}`)).status, 204);
  });
  await check(
    "data that the server takes in is shown, served and deleted by a Glance that reaches it",
    async () => {
      const id = await upload(ours);
      const { stores: _, ...shown } = await glance.show(id);
      assert.deepEqual(shown, await ours.show(id));
      assert.equal((await glance.send("GET", `/v2/images/${id}/file`)).body, data);
      assert.equal((await glance.send("DELETE", `/v2/images/${id}`)).status, 204);
      assert.equal((await ours.send("GET", `/v2/images/${id}`)).status, 404);
    },
  );
  for (const { api, kept } of [
    { api: ours, kept: ["new"] },
    { api: glance, kept: ["old"] },
  ]) {
    const outcome = api === ours ? "stays" : "is undone by Glance at its end";
    await check(`what the server changes of tags during an upload to ${api.name} ${outcome}`, async () => {
      const id = await api.create({ name: "uploading", tags: ["old"], ...FORMATS });
      const underWay = api.startUpload(id);
      await untilSaving(ours, id);
      assert.deepEqual([await ours.addTag(id, "new"), await ours.removeTag(id, "old")], [204, 204]);
      assert.deepEqual(await glance.tags(id), ["new"]);
      assert.equal((await underWay.finish()).status, 204);
      assert.deepEqual(await ours.tags(id), kept);
      assert.deepEqual(await glance.tags(id), kept);
    });
  }
}

async function untilSaving(api: ImageApi, id: string) {
  const deadline = performance.now() + 30_000;
  while ((await api.show(id)).status !== "saving") {
    if (performance.now() > deadline) throw new Error(`${id} was not saving in half a minute.`);
    await delay(50);
  }
}
