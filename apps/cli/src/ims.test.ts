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

test("tags with a value, of an Image Management Service alone, are added, renamed and removed, on one image and on many", async () => {
  await using service = await startStandInIms([imsImage(1, "env=test"), imsImage(2, "env=test", "old")]);
  const env = { IMAGETAGS_ENDPOINT: service.endpoint, IMAGETAGS_TOKEN: "t" };
  const run = (...args: string[]) => runCli([...args, "--profile", "ims"], { env });
  expect((await run("add", ID, "team=web")).stdout).toBe(`Added team=web to CentOS 7.1 (${ID}).\n`);
  expect((await run("remove", ID, "team=web")).stdout).toBe(`Removed team=web from CentOS 7.1 (${ID}).\n`);
  expect((await run("add", "--everywhere", "a=1", "b", "--tag", "old")).stdout).toBe(
    "Added a=1, b in 2 additions.\n",
  );
  expect(await run("remove", "--everywhere", "env=test", "a=1")).toEqual({
    code: 0,
    stdout: "Removed env=test, a=1 in 3 removals.\n",
    stderr: "",
  });
  expect(service.images.map(({ tags }) => tags)).toEqual([[], ["old", "b"]]);
  const taken = await run("rename", "old", "b=2");
  expect([taken.code, taken.stderr]).toEqual([
    1,
    expect.stringContaining("bears b, whose place b=2 would take"),
  ]);
  expect((await run("rename", "old", "new=1")).stdout).toBe("Renamed old to new=1 on 1 image.\n");
  expect((await run("remove", ID, "team=web")).code).toBe(1);
});
