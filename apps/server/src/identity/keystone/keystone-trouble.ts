import { IdentityUnavailable } from "../caller.ts";

/**
 * Why Keystone tells nothing. `unreachable`: it cannot be reached or does not answer in time, whatever the
 * token. `failing`: its answer cannot be read. `refusing`: it does not accept this server itself.
 */
export type TroubleKind = "unreachable" | "failing" | "refusing";

/** Keystone could not tell. The message is a sentence for the operator and holds no token. */
export class KeystoneTrouble extends IdentityUnavailable {
  override readonly name = "KeystoneTrouble";
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
