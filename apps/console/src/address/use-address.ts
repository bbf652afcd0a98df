import { useEffect, useMemo, useState } from "preact/hooks";
import { readAddress, writeAddress, type Address } from "./address.ts";

/** What the address says now. */
export function useAddress(): Address {
  const [fragment, setFragment] = useState(location.hash);
  useEffect(() => {
    const follow = () => setFragment(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return useMemo(() => readAddress(fragment), [fragment]);
}

/**
 * Goes to an address, which {@link useAddress} says at once: who chooses two filters in a row has both. While somebody
 * types, the address is replaced: Back is not to undo letters.
 */
export function goTo(address: Address, how: "push" | "replace" = "push"): void {
  const fragment = writeAddress(address);
  if (fragment === location.hash) return;
  if (how === "push") history.pushState(null, "", fragment);
  else history.replaceState(null, "", fragment);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
