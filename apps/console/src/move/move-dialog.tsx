import { moveTag, NotServedError, type Image } from "@imagetags/client";
import { useQueryClient } from "@tanstack/preact-query";
import { useEffect, useRef, useState } from "preact/hooks";
import { tell } from "../notices/notices.ts";
import { wordsOf } from "../server/refusal.ts";
import { useServer } from "../server/server-context.ts";
import { ExactText } from "../tags/exact-text.tsx";
import { TagInput } from "../tags/tag-input.tsx";
import { nameOf } from "../tags/use-change-tag.tsx";
import { rich, text } from "../texts/texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { carryOutMove, planMove, type MovePlan } from "./move-plan.ts";

interface Props {
  readonly to: Image;
  readonly onClose: () => void;
}

/** Moves a tag to an image from those that bear it: first which they are, then the move, which can be taken back. */
export function MoveDialog({ to, onClose }: Props) {
  const { client } = useServer();
  const cache = useQueryClient();
  const [plan, setPlan] = useState<MovePlan>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const work = useRef(new AbortController());
  useEffect(() => () => work.current.abort(), []);

  /** Does something that may be refused. */
  async function attempt(what: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      await what();
    } catch (error) {
      if (work.current.signal.aborted) return;
      const isLacking = error instanceof NotServedError;
      setProblem(isLacking ? text("moveLacking") : text("serverRefused", { reason: wordsOf(error) }));
    }
    setBusy(false);
  }

  async function move(agreed: MovePlan): Promise<void> {
    await carryOutMove(client, agreed);
    const { tag, from } = agreed;
    const [only] = from;
    const named = { tag: <ExactText text={tag} />, image: <ExactText text={nameOf(to)} /> };
    const undo = async () => {
      try {
        await moveTag(client, tag, { to: only?.id ?? "", from: to.id });
        tell("done", rich("undone", named));
      } catch (error) {
        tell("refused", rich("changeFailed", { ...named, reason: wordsOf(error) }));
      }
      await cache.invalidateQueries();
    };
    // From several it would have to go back to each.
    tell("done", rich("moved", named), from.length === 1 ? undo : undefined);
    onClose();
    await cache.invalidateQueries();
  }

  return (
    <Dialog title={text("moveTitle", { image: nameOf(to) })} onClose={onClose}>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {plan === undefined ? (
        <div class="field">
          <span aria-hidden="true">{text("tag")}</span>
          <TagInput
            label={text("moveWhich")}
            takesFocus
            onChoose={(tag) =>
              void attempt(async () => setPlan(await planMove(client, tag, to, work.current.signal)))
            }
          />
        </div>
      ) : (
        <MovePlanView plan={plan} />
      )}
      <footer class="dialog-foot">
        <button type="button" onClick={plan === undefined ? onClose : () => setPlan(undefined)}>
          {text(plan === undefined ? "cancel" : "back")}
        </button>
        {plan !== undefined && plan.from.length > 0 && (
          <button
            type="button"
            class="primary"
            disabled={isBusy}
            onClick={() => void attempt(() => move(plan))}
          >
            {text("moveGo")}
          </button>
        )}
      </footer>
    </Dialog>
  );
}

function MovePlanView({ plan: { tag, from } }: { readonly plan: MovePlan }) {
  const named = { tag: <ExactText text={tag} /> };
  if (from.length === 0) return <p role="status">{rich("moveNone", named)}</p>;
  return (
    <>
      <p role="status">{rich("movePlan", named)}</p>
      <ul class="change-list" tabIndex={0} aria-label={text("images")}>
        {from.map((image) => (
          <li key={image.id}>
            <ExactText text={nameOf(image)} />
            <code class="id">{image.id}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
