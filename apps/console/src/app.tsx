import type { ComponentChildren } from "preact";
import { QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/preact-query";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Address } from "./address/address.ts";
import { useAddress } from "./address/use-address.ts";
import { HistoryView } from "./history/history-view.tsx";
import { ImagesView } from "./images/images-view.tsx";
import { NoticeList } from "./notices/notice-list.tsx";
import { clientOf } from "./server/client.ts";
import { readSettings, type ServerSettings } from "./server/console-calls.ts";
import { wordsOf } from "./server/refusal.ts";
import { ServerContext } from "./server/server-context.ts";
import { PageHead } from "./page-head.tsx";
import { ProjectChoice } from "./session/project-choice.tsx";
import { SessionBanner } from "./session/session-banner.tsx";
import { session, type Session } from "./session/session.ts";
import { SignInForm } from "./session/sign-in.tsx";
import { TagsView } from "./tags/tags-view.tsx";
import { text } from "./texts/texts.ts";
import { useOnline } from "./ui/use-online.ts";
import { useStore } from "./ui/store.ts";

/** The page: first who it is, then what they came for. */
export function App() {
  const [settings, setSettings] = useState<ServerSettings | "none">();
  const [problem, setProblem] = useState<string>();
  const current = useStore(session);
  useEffect(() => {
    readSettings().then(
      (told) => setSettings(told ?? "none"),
      (error: unknown) => setProblem(wordsOf(error)),
    );
  }, []);
  // What one person may see is not the next one's.
  const whose = `${current?.identity?.user.id ?? ""} ${current?.identity?.project?.id ?? ""}`;
  const isSignedIn = current !== undefined;
  const cache = useMemo(newCache, [whose, isSignedIn]);

  if (problem !== undefined) return <Gate problem={problem} />;
  if (settings === undefined) return null;
  const known = settings === "none" ? undefined : settings;
  if (current === undefined) {
    return (
      <Gate>
        <SignInForm settings={known} label={text("signIn")} />
      </Gate>
    );
  }
  return (
    <QueryClientProvider client={cache}>
      {current.identity?.project === null ? (
        <Gate>
          <label class="field">
            <span>{text("projectChoose")}</span>
            <ProjectChoice session={current} />
          </label>
        </Gate>
      ) : (
        <Signed key={whose} session={current} settings={known} />
      )}
      <NoticeList />
    </QueryClientProvider>
  );
}

function newCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The client repeats by itself what is worth it.
      queries: { retry: false, staleTime: 10_000, networkMode: "offlineFirst", refetchOnReconnect: "always" },
    },
  });
}

function Gate({ problem, children }: { readonly problem?: string; readonly children?: ComponentChildren }) {
  return (
    <main class="gate">
      <h1>imagetags</h1>
      <p>{text("signInLead")}</p>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {children}
    </main>
  );
}

interface SignedProps {
  readonly session: Session;
  readonly settings: ServerSettings | undefined;
}

function Signed({ session: current, settings }: SignedProps) {
  const address = useAddress();
  const isOnline = useOnline();
  useGoingOn(current);
  const server = useMemo(() => ({ client: clientOf(settings?.profile ?? "glance"), settings }), [settings]);
  return (
    <ServerContext.Provider value={server}>
      <PageHead address={address} session={current} settings={settings} />
      {!isOnline && (
        <p class="banner" role="alert">
          {text("offline")}
        </p>
      )}
      <SessionBanner session={current} settings={settings} />
      <main>
        <h1 class="unseen">{text(address.view)}</h1>
        <View address={address} />
      </main>
    </ServerContext.Provider>
  );
}

/** What was refused because the token had ended is asked for anew with the next one. */
function useGoingOn({ hasEnded }: Session): void {
  const cache = useQueryClient();
  const had = useRef(hasEnded);
  useEffect(() => {
    if (had.current && !hasEnded) void cache.invalidateQueries();
    had.current = hasEnded;
  }, [cache, hasEnded]);
}

function View({ address }: { readonly address: Address }) {
  switch (address.view) {
    case "images":
      return <ImagesView address={address} />;
    case "tags":
      return <TagsView address={address} />;
    case "history":
      return <HistoryView address={address} />;
  }
}
