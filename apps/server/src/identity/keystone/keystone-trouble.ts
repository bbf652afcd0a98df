import { IdentityUnavailable } from "../caller.ts";

/**
 * Why Keystone tells nothing: it cannot be reached or says nothing in time, which no token can bring about;
 * it answers what is no answer; or it does not accept this server itself.
 */
export type TroubleKind = "unreachable" | "failing" | "refusing";

/** Keystone could not tell; the message is a sentence for the operator and holds no token. */
export class KeystoneTrouble extends IdentityUnavailable {
  override readonly name = "KeystoneTrouble";
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
