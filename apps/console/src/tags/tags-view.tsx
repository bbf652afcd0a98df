import { useQuery } from "@tanstack/preact-query";
import { useMemo, useState } from "preact/hooks";
import { ALL_HISTORY, ALL_IMAGES, writeAddress, type TagsAddress } from "../address/address.ts";
import { goTo } from "../address/use-address.ts";
import { wordsOf } from "../server/refusal.ts";
import { useServer } from "../server/server-context.ts";
import { counted, number, text } from "../texts/texts.ts";
import { ExactText } from "./exact-text.tsx";
import { oddTags, type Oddity } from "./odd-tags.ts";
import { countTags, TAGS, type Seen } from "./tag-list.ts";

/** How many tags are shown at first, and how many more each time. */
const SHOWN = 500;

/** All tags, with how many images bear them and what is odd about them. */
export function TagsView({ address }: { readonly address: TagsAddress }) {
  const { client } = useServer();
  const [seen, setSeen] = useState<Seen>();
  const [most, setMost] = useState(SHOWN);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [TAGS],
    queryFn: ({ signal }) => countTags(client, signal, setSeen),
  });
  const odd = useMemo(() => oddTags((data?.tags ?? []).map(({ tag }) => tag)), [data]);
  const part = address.part.toLowerCase();
  const fitting = (data?.tags ?? []).filter(
    ({ tag }) => tag.toLowerCase().includes(part) && (!address.onlyOdd || odd.has(tag)),
  );

  return (
    <>
      <search class="filters" aria-label={text("filters")}>
        <label class="field">
          <span>{text("tagPart")}</span>
          <input
            type="search"
            value={address.part}
            onInput={(event) => goTo({ ...address, part: event.currentTarget.value }, "replace")}
          />
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={address.onlyOdd}
            onChange={(event) => goTo({ ...address, onlyOdd: event.currentTarget.checked })}
          />
          <span>{text("onlyOdd")}</span>
        </label>
      </search>
      <div class="above-table">
        <p role="status">{isPending ? progressText(seen) : counted("tagsSome", fitting.length)}</p>
        <button type="button" class="quiet" onClick={() => void refetch()}>
          {text("reload")}
        </button>
      </div>
      {error !== null && (
        <p class="problem" role="alert">
          {text("serverRefused", { reason: wordsOf(error) })}
        </p>
      )}
      {data?.source === "counted" && <p class="note">{text("tagsCounted")}</p>}
      {fitting.length > 0 && (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">{text("tag")}</th>
              <th scope="col" class="number">
                {text("tagImages")}
              </th>
              <th scope="col">{text("tagOdd")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {fitting.slice(0, most).map(({ tag, images }) => (
              <tr key={tag}>
                <td data-label={text("tag")}>
                  <a
                    class="chip chip-link"
                    href={writeAddress({ ...ALL_IMAGES, has: [tag] })}
                    title={text("filterByTag", { tag })}
                  >
                    <ExactText text={tag} />
                  </a>
                </td>
                <td data-label={text("tagImages")} class="number">
                  {number(images)}
                </td>
                <td data-label={text("tagOdd")}>
                  <Oddities of={odd.get(tag) ?? []} />
                </td>
                <td class="cell-action">
                  <a href={writeAddress({ ...ALL_HISTORY, tag })} aria-label={text("historyOfTag", { tag })}>
                    {text("history")}
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!isPending && error === null && fitting.length === 0 && <p class="empty">{text("noTags")}</p>}
      {fitting.length > most && (
        <button type="button" class="more" onClick={() => setMost(most + SHOWN)}>
          {text("loadMore")}
        </button>
      )}
    </>
  );
}

function progressText(seen: Seen | undefined): string {
  if (seen === undefined) return text("loading");
  return text(seen.what === "tags" ? "tagsListing" : "tagsCounting", { count: seen.count });
}

/** How many of the tags that one is near to are named. */
const MOST_NEAR = 5;

function Oddities({ of }: { readonly of: readonly Oddity[] }) {
  return (
    <>
      {of.map((oddity) => (
        <span key={oddity.kind} class="odd">
          {oddity.kind === "white-space" && text("tagOddSpace")}
          {oddity.kind === "mojibake" && text("tagOddMojibake", { meant: oddity.meant })}
          {oddity.kind === "near" && (
            <>
              {text("tagOddNear")}{" "}
              {oddity.others.slice(0, MOST_NEAR).map((other) => (
                <a key={other} class="chip chip-link" href={writeAddress({ ...ALL_IMAGES, has: [other] })}>
                  <ExactText text={other} />
                </a>
              ))}
            </>
          )}
        </span>
      ))}
    </>
  );
}
