import type { Image } from "@imagetags/client";
import { useQueryClient } from "@tanstack/preact-query";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ImageChoice } from "../address/address.ts";
import { allImages } from "../images/image-list.ts";
import { isSelected, type Selection } from "../images/selection.ts";
import { wordsOf } from "../server/refusal.ts";
import { useServer } from "../server/server-context.ts";
import { counted, text } from "../texts/texts.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ChangeForm, type Chosen } from "./change-form.tsx";
import { PlanView } from "./plan-view.tsx";
import { planChanges, type Plan } from "./plan.ts";
import { ProgressView } from "./progress-view.tsx";
import type { Progress, Tell, WorkState } from "./progress.ts";
import { runPlan, undoChanges } from "./run-changes.ts";

interface Props {
  readonly choice: ImageChoice;
  readonly selection: Selection;
  /** The images that are selected; `undefined` where all are that fit. */
  readonly selected: readonly Image[] | undefined;
  readonly onClose: () => void;
}

/** How far somebody is: first what is to change, then the plan of it, then the work. */
type Step =
  | { readonly at: "form" }
  | { readonly at: "planning"; readonly seen: number }
  | { readonly at: "plan"; readonly plan: Plan }
  | {
      readonly at: "work";
      readonly what: "change" | "undo";
      readonly progress: Progress;
      readonly state: WorkState;
    };

/** Changes the tags of many images: a plan first, then a bar, which can be stopped, and what failed. */
export function ManyDialog({ choice, selection, selected, onClose }: Props) {
  const { client } = useServer();
  const cache = useQueryClient();
  const [step, setStep] = useState<Step>({ at: "form" });
  const [wish, setWish] = useState<Chosen>({ action: "added", tags: [] });
  const [problem, setProblem] = useState<string>();
  const work = useRef(new AbortController());
  useEffect(() => () => work.current.abort(), []);

  async function plan(wanted: Chosen): Promise<void> {
    setWish(wanted);
    work.current = new AbortController();
    const { signal } = work.current;
    setProblem(undefined);
    setStep({ at: "planning", seen: 0 });
    try {
      const images = selected ?? chosen(allImages(client, choice, signal), selection);
      const tell = (seen: number) => setStep({ at: "planning", seen });
      const made = await planChanges(client, { images, ...wanted }, signal, tell);
      if (!signal.aborted) setStep({ at: "plan", plan: made });
    } catch (error) {
      if (signal.aborted) return;
      setProblem(wordsOf(error));
      setStep({ at: "form" });
    }
  }

  async function run(what: "change" | "undo", total: number, start: Start): Promise<void> {
    work.current = new AbortController();
    const { signal } = work.current;
    const begun = { done: 0, total, made: [], overtaken: 0, failures: [] };
    setStep({ at: "work", what, progress: begun, state: "running" });
    const progress = await start(signal, (now) =>
      setStep({ at: "work", what, progress: now, state: signal.aborted ? "stopping" : "running" }),
    );
    setStep({ at: "work", what, progress, state: progress.done < total ? "stopped" : "finished" });
    await cache.invalidateQueries();
  }

  function stop(): void {
    work.current.abort();
    setStep((now) => (now.at === "work" && now.state === "running" ? { ...now, state: "stopping" } : now));
  }

  const isWorking = step.at === "work" && (step.state === "running" || step.state === "stopping");
  const title =
    selected === undefined
      ? text("selectedChange")
      : text("manyTitle", { count: counted("imagesSome", selected.length) });

  return (
    <Dialog title={title} onClose={isWorking ? stop : onClose}>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {text("serverRefused", { reason: problem })}
        </p>
      )}
      {step.at === "form" && (
        <ChangeForm before={wish} onPlan={(wanted) => void plan(wanted)} onCancel={onClose} />
      )}
      {step.at === "planning" && <p role="status">{text("manyPlanning", { count: step.seen })}</p>}
      {step.at === "plan" && (
        <PlanView
          plan={step.plan}
          onBack={() => setStep({ at: "form" })}
          onGo={() =>
            void run("change", step.plan.changes.length, (signal, tell) =>
              runPlan(client, step.plan, signal, tell),
            )
          }
        />
      )}
      {step.at === "work" && (
        <ProgressView
          what={step.what}
          progress={step.progress}
          state={step.state}
          onStop={stop}
          onUndo={() =>
            void run("undo", step.progress.made.length, (signal, tell) =>
              undoChanges(client, step.progress.made, signal, tell),
            )
          }
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

type Start = (signal: AbortSignal, tell: Tell) => Promise<Progress>;

async function* chosen(
  images: AsyncIterable<Image>,
  selection: Selection,
): AsyncGenerator<Image, void, undefined> {
  for await (const image of images) if (isSelected(selection, image.id)) yield image;
}
