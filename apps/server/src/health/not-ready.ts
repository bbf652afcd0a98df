import type { Obstacle } from "@imagetags/contract";

/** The server is to be given no requests just now. */
export class NotReady extends Error {
  override readonly name = "NotReady";
  readonly obstacles: readonly Obstacle[];

  constructor(obstacles: readonly Obstacle[]) {
    super(obstacles.map(({ message }) => message).join(" "));
    this.obstacles = obstacles;
  }
}
