import type { TagEvent } from "@imagetags/client";
import { useInfiniteQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { ALL_HISTORY, writeAddress, type HistoryAddress } from "../address/address.ts";
import { goTo } from "../address/use-address.ts";
import { tell } from "../notices/notices.ts";
import { wordsOf } from "../server/refusal.ts";
import { useServer } from "../server/server-context.ts";
import { undoEvent } from "../tags/change-tag.ts";
import { ExactText } from "../tags/exact-text.tsx";
import { rich, text, time } from "../texts/texts.ts";
import { eventPage, HISTORY } from "./event-page.ts";
import { useImageNames } from "./use-image-names.ts";

/** What became of tags, newest first: who, when, what, by which request. */
export function HistoryView({ address }: { readonly address: HistoryAddress }) {
  const { client } = useServer();
  const query = useInfiniteQuery({
    queryKey: [HISTORY, address],
    queryFn: ({ pageParam, signal }) => eventPage(client, address, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const { data, error, isPending, hasNextPage, isFetching } = query;
  const events = (data?.pages ?? []).flatMap((page) => page.events);
  const source = data?.pages[0]?.source;
  const canUndo = source !== "glance";
  const names = useImageNames(events);

  return (
    <>
      <HistoryFilters address={address} />
      <div class="above-table">
        <p role="status">{isPending ? text("loading") : ""}</p>
        <button type="button" class="quiet" onClick={() => void query.refetch()}>
          {text("reload")}
        </button>
      </div>
      {error !== null && (
        <p class="problem" role="alert">
          {text("serverRefused", { reason: wordsOf(error) })}
        </p>
      )}
      {source === "glance" && <p class="note">{text("historyFromGlance")}</p>}
      {source === "none" && <p class="note">{text("historyLacking")}</p>}
      {events.length > 0 && (
        <table class="list">
          <thead>
            <tr>
              <th scope="col">{text("time")}</th>
              <th scope="col">{text("whatWas")}</th>
              <th scope="col">{text("image")}</th>
              <th scope="col">{text("who")}</th>
              <th scope="col">{text("request")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <EventRow
                key={event.id}
                event={event}
                imageName={names.get(event.image_id)}
                address={address}
                canUndo={canUndo}
              />
            ))}
          </tbody>
        </table>
      )}
      {!isPending && error === null && events.length === 0 && !hasNextPage && source !== "none" && (
        <p class="empty">{text("historyNone")}</p>
      )}
      {hasNextPage && (
        <button type="button" class="more" disabled={isFetching} onClick={() => void query.fetchNextPage()}>
          {text("loadMore")}
        </button>
      )}
    </>
  );
}

function HistoryFilters({ address }: { readonly address: HistoryAddress }) {
  const fields = [
    ["image", text("image")],
    ["tag", text("tag")],
    ["user", text("user")],
  ] as const;
  return (
    <search class="filters" aria-label={text("filters")}>
      {fields.map(([name, label]) => (
        <label key={name} class="field">
          <span>{label}</span>
          <input
            type="search"
            value={address[name]}
            spellcheck={false}
            onChange={(event) => goTo({ ...address, [name]: event.currentTarget.value })}
          />
        </label>
      ))}
    </search>
  );
}

interface RowProps {
  readonly event: TagEvent;
  /** `undefined` of an image that is gone, or may not be seen. */
  readonly imageName: string | undefined;
  readonly address: HistoryAddress;
  readonly canUndo: boolean;
}

function EventRow({ event, imageName, address, canUndo }: RowProps) {
  const { client } = useServer();
  const cache = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const { action, tag, image_id: image, user_id: user, roles, request_id: request } = event;

  async function undo(): Promise<void> {
    setBusy(true);
    const named = { tag: <ExactText text={tag} />, image: <ExactText text={imageName ?? image} /> };
    try {
      const undoing = await undoEvent(client, event.id);
      tell("done", rich(undoing === "undone" ? "undone" : "undoChangedSince", named));
    } catch (error) {
      tell("refused", rich("changeFailed", { ...named, reason: wordsOf(error) }));
    }
    setBusy(false);
    await cache.invalidateQueries();
  }

  return (
    <tr>
      <td data-label={text("time")}>
        <time dateTime={event.time}>{time(event.time)}</time>
      </td>
      <td data-label={text("whatWas")}>
        <span class={`action action-${action}`}>
          {text(action === "added" ? "eventAdded" : "eventRemoved")}
        </span>{" "}
        <a class="chip chip-link" href={writeAddress({ ...address, tag })}>
          <ExactText text={tag} />
        </a>
      </td>
      <td data-label={text("image")}>
        <a class="cell-name" href={writeAddress({ ...address, image })}>
          {imageName !== undefined && <ExactText text={imageName} />}
          <code class="id">{image}</code>
        </a>
      </td>
      <td data-label={text("who")}>
        {user !== null && (
          <a href={writeAddress({ ...ALL_HISTORY, user })}>
            <ExactText text={user} />
          </a>
        )}
        {roles.length > 0 && <small> {text("roles", { roles: roles.join(", ") })}</small>}
      </td>
      <td data-label={text("request")}>
        <code class="id">{request}</code>
      </td>
      <td class="cell-action">
        {canUndo && (
          <button
            type="button"
            class="link"
            disabled={isBusy}
            aria-label={`${text("undo")}: ${text(action === "added" ? "eventAdded" : "eventRemoved")} ${tag}`}
            onClick={() => void undo()}
          >
            {text("undo")}
          </button>
        )}
      </td>
    </tr>
  );
}
