import { useState } from "preact/hooks";
import type { ServerSettings } from "../server/console-calls.ts";
import { readIdentity, signIn, type SignIn } from "../server/console-calls.ts";
import { wordsOf } from "../server/refusal.ts";
import { text } from "../texts/texts.ts";
import { KeystoneFields } from "./keystone-fields.tsx";
import { beginSession, identityOf } from "./session.ts";

/** The ways to sign in, the most usual first. */
const WAYS = ["password", "application_credential", "token"] as const;
type Way = (typeof WAYS)[number];

interface Props {
  readonly settings: ServerSettings | undefined;
  /** What the button says. */
  readonly label: string;
}

/** Asks who somebody is: by the ways that the server has. */
export function SignInForm({ settings, label }: Props) {
  const served = settings?.sign_in ?? ["token"];
  const ways = WAYS.filter((each) => served.includes(each));
  const [way, setWay] = useState<Way>(ways[0] ?? "token");
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  async function submit(form: FormData): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      if (way === "token") {
        const token = field(form, "token").trim();
        beginSession(token, await readIdentity(token), undefined);
      } else {
        const body = way === "password" ? passwordOf(form) : credentialOf(form);
        const grant = await signIn(body);
        beginSession(grant.token, identityOf(grant), body);
      }
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  }

  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      {ways.length > 1 && (
        <fieldset class="ways">
          <legend class="unseen">{text("signInHow")}</legend>
          {ways.map((each) => (
            <label key={each}>
              <input
                type="radio"
                name="way"
                value={each}
                checked={each === way}
                onChange={() => setWay(each)}
              />
              <span>{wayName(each)}</span>
            </label>
          ))}
        </fieldset>
      )}
      {way === "token" ? (
        <label class="field">
          <span>{text("token")}</span>
          <input
            key="token"
            name="token"
            type="password"
            required
            autocomplete="off"
            spellcheck={false}
            aria-describedby="token-hint"
          />
          <small id="token-hint">{text("tokenHint")}</small>
        </label>
      ) : (
        <KeystoneFields way={way} />
      )}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {text("serverRefused", { reason: problem })}
        </p>
      )}
      <button class="primary" disabled={isBusy}>
        {label}
      </button>
      <small>{text("signInStays")}</small>
    </form>
  );
}

function wayName(way: Way): string {
  switch (way) {
    case "password":
      return text("password");
    case "application_credential":
      return text("applicationCredential");
    case "token":
      return text("token");
  }
}

function passwordOf(form: FormData): SignIn {
  const domain = { name: field(form, "domain") };
  const project = field(form, "project");
  return {
    method: "password",
    user: { name: field(form, "user"), domain },
    password: field(form, "password"),
    ...(project === "" ? {} : { project: { name: project, domain } }),
  };
}

function credentialOf(form: FormData): SignIn {
  return { method: "application_credential", id: field(form, "id"), secret: field(form, "secret") };
}

function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
