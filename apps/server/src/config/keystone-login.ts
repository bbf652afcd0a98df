import { z } from "zod";
import { documented } from "./documented.ts";
import { filePath } from "./file-path.ts";
import { plainUrl } from "./plain-url.ts";

const AUTH_TYPES = ["password", "v3password", "v3applicationcredential"] as const;

const text = (meaning: string, otherwise = "none") => documented(z.string().optional(), otherwise, meaning);

const path = (meaning: string, otherwise = "none") => documented(filePath().optional(), otherwise, meaning);

/** How the server itself logs in. Names and meanings are those of the OpenStack clients. */
export const login = z.object({
  OS_AUTH_URL: documented(
    plainUrl("https://identity.example.org/v3").optional(),
    "none",
    "keystone: its URL, with or without /v3",
  ),
  OS_AUTH_TYPE: documented(
    z.enum(AUTH_TYPES, `must be one of: ${AUTH_TYPES.join(", ")}`).optional(),
    "v3applicationcredential where there is one, else password",
    "keystone: how the server itself logs in: password, v3password or v3applicationcredential",
  ),
  OS_USERNAME: text("keystone: the user the server logs in as"),
  OS_USER_ID: text("keystone: the user's id, instead of its name"),
  OS_PASSWORD: text("keystone: the user's password"),
  OS_PASSWORD_FILE: path("keystone: a file that holds the password, instead of it"),
  OS_USER_DOMAIN_NAME: text("keystone: the domain of the user", "OS_DEFAULT_DOMAIN"),
  OS_USER_DOMAIN_ID: text("keystone: that domain's id, instead of its name", "OS_DEFAULT_DOMAIN"),
  OS_PROJECT_NAME: text("keystone: the project the server logs in to"),
  OS_PROJECT_ID: text("keystone: the project's id, instead of its name"),
  OS_PROJECT_DOMAIN_NAME: text("keystone: the domain of the project", "OS_DEFAULT_DOMAIN"),
  OS_PROJECT_DOMAIN_ID: text("keystone: that domain's id, instead of its name", "OS_DEFAULT_DOMAIN"),
  OS_DEFAULT_DOMAIN: text("keystone: the id of the domain of what is named without one", "default"),
  OS_SYSTEM_SCOPE: documented(
    z.literal("all", "must be all").optional(),
    "none",
    "keystone: all = the server logs in to the system instead of a project",
  ),
  OS_APPLICATION_CREDENTIAL_ID: text(
    "keystone: the application credential the server logs in with, instead of user and project",
  ),
  OS_APPLICATION_CREDENTIAL_SECRET: text("keystone: the application credential's secret"),
  OS_APPLICATION_CREDENTIAL_SECRET_FILE: path("keystone: a file that holds the secret, instead of it"),
  OS_CACERT: path(
    "keystone: a file of the certificates in PEM that its own is checked by",
    "the authorities that Node.js trusts",
  ),
});

/** The values of the server's own login. */
export type LoginValues = z.infer<typeof login>;
