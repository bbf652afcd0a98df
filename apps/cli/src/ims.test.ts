import { imsImage, startStandInIms } from "@imagetags/testing/image-service/stand-in-ims";
import { expect, test } from "vitest";
import { runCli } from "./testing/cli-process.ts";

const ID = imsImage(1).id;

test("every command works with the replies that the Image Management Service documents", async () => {
  await using service = await startStandInIms([imsImage(1, "old", "kept"), imsImage(2, "old")]);
  const env = { IMAGETAGS_ENDPOINT: service.endpoint, IMAGETAGS_TOKEN: "t" };
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli([...args, "--profile", "ims"], { env });
    expect([args, code, stderr]).toEqual([args, 0, expect.not.stringContaining("imagetags:")]);
    return stdout;
  };

  expect(JSON.parse(await run("list", "-o", "json"))).toMatchObject([{ id: ID }, { tags: ["old"] }]);
  expect(JSON.parse(await run("show", "CentOS 7.1", "-o", "json"))).toMatchObject({ id: ID, __os_bit: "64" });
  expect(await run("tags", "-o", "value")).toContain("old");
  await run("add", ID, "new");
  await run("remove", ID, "kept");
  await run("remove", "--everywhere", "old", "--yes");
  expect(service.images.map(({ tags }) => tags)).toEqual([["new"], []]);
});
