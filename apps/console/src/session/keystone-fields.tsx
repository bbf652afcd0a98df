import { text } from "../texts/texts.ts";

/** What Keystone wants to know of somebody. */
export function KeystoneFields({ way }: { readonly way: "password" | "application_credential" }) {
  if (way === "application_credential") {
    return (
      <>
        <Field name="id" label={text("applicationCredentialId")} autocomplete="username" />
        <Field name="secret" label={text("applicationCredentialSecret")} type="password" autocomplete="off" />
      </>
    );
  }
  return (
    <>
      <Field name="user" label={text("user")} autocomplete="username" />
      <Field name="password" label={text("password")} type="password" autocomplete="current-password" />
      <div class="two">
        <Field name="domain" label={text("domain")} value="Default" autocomplete="off" />
        <Field name="project" label={text("project")} autocomplete="off" isOptional />
      </div>
    </>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: "text" | "password";
  readonly value?: string;
  readonly autocomplete: string;
  readonly isOptional?: boolean;
}

function Field({ name, label, type = "text", value = "", autocomplete, isOptional = false }: FieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        type={type}
        defaultValue={value}
        required={!isOptional}
        autocomplete={autocomplete}
        autocapitalize="off"
        spellcheck={false}
      />
    </label>
  );
}
