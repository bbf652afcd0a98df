import { expect, test } from "vitest";
import { StoreFull } from "../../images/model/image-store.ts";
import { toFailure } from "./failures.ts";

test.each([
  [1021, "Disk full (/tmp/x); waiting for someone to free some space... (errno: 28)"],
  [1114, "The table 'images' is full"],
  [1026, "Error writing file '/var/log/mysql/bin' (Errcode: 28 \"No space left on device\")"],
  [1180, 'Got error 28 "No space left on device" during COMMIT'],
])("MariaDB's error %i, %s, is that of a full database", (errno, message) => {
  const error = Object.assign(new Error(message), { errno, sqlState: "HY000", code: "ER_X" });
  expect(toFailure(error)).toBeInstanceOf(StoreFull);
});

test("an error of a commit that has nothing to do with the disk is not", () => {
  const error = Object.assign(new Error("Got error 149 during COMMIT"), { errno: 1180, sqlState: "HY000" });
  expect(toFailure(error)).not.toBeInstanceOf(StoreFull);
});
