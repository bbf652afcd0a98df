import { randomUUID } from "node:crypto";
import { createIdentityApi } from "./identity-api.ts";

/** What the OpenStack commands and libraries take as the settings of whoever logs in. */
export type Environment = Record<string, string>;

type Named = { id: string; name: string };

/** A user, who acts in one project. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly project: Named;
  /** `OS_AUTH_URL`, `OS_USERNAME` and so on. */
  readonly environment: Environment;
  /** A new one at each call. */
  readonly token: () => Promise<string>;
  readonly applicationCredential: (wishes?: CredentialWishes) => Promise<ApplicationCredential>;
}

interface CredentialWishes {
  /** All that the user has, unless given. */
  readonly roles?: string[];
  readonly accessRules?: { service: string; method: string; path: string }[];
}

interface ApplicationCredential {
  readonly id: string;
  readonly secret: string;
  readonly environment: Environment;
  readonly token: () => Promise<string>;
}

export interface People {
  readonly admin: Person;
  readonly role: (name: string) => Promise<Named>;
  /** Found or made. */
  readonly project: (name: string) => Promise<Named>;
  readonly user: (wishes: { name?: string; project: string; roles: string[] }) => Promise<Person>;
  /** Made, in the project `service`, who may ask about any token. */
  readonly serviceUser: (name: string) => Promise<Person>;
  /** Which ends the tokens of that user and project. */
  readonly removeRole: (person: Person, role: string) => Promise<void>;
  /** A token. */
  readonly revoke: (token: string) => Promise<void>;
  /** Of all the system, for somebody with a role on it. */
  readonly systemToken: (person: Person) => Promise<string>;
  /** In the catalog, in the region of all else unless another is named. What is returned leads it to another URL. */
  readonly registerService: (service: {
    type: string;
    name: string;
    url: string;
    region?: string;
  }) => Promise<(url: string) => Promise<void>>;
  /** Anything else, as the admin. */
  readonly request: (method: string, path: string, body?: unknown) => Promise<unknown>;
}

/** Makes projects, users and credentials through Keystone's API. */
export async function createPeople({
  url,
  region,
  adminPassword,
}: {
  url: string;
  region: string;
  adminPassword: string;
}): Promise<People> {
  const domain = { name: "Default" };
  const surroundings: Environment = {
    OS_AUTH_URL: url,
    OS_IDENTITY_API_VERSION: "3",
    OS_REGION_NAME: region,
  };
  const api = createIdentityApi(url, passwordIdentity("admin", adminPassword), projectScope("admin"));

  function passwordIdentity(name: string, password: string) {
    return { methods: ["password"], password: { user: { name, password, domain } } };
  }
  function projectScope(name: string) {
    return { project: { name, domain } };
  }
  function passwordEnvironment(name: string, password: string, project: string): Environment {
    return {
      ...surroundings,
      OS_USERNAME: name,
      OS_PASSWORD: password,
      OS_PROJECT_NAME: project,
      OS_USER_DOMAIN_NAME: domain.name,
      OS_PROJECT_DOMAIN_NAME: domain.name,
    };
  }

  async function findOrMake(kind: string, name: string): Promise<Named> {
    const found = await api.request("GET", `/${kind}s?name=${encodeURIComponent(name)}`);
    return found[`${kind}s`][0] ?? (await api.request("POST", `/${kind}s`, { [kind]: { name } }))[kind];
  }
  const role = (name: string) => findOrMake("role", name);
  const project = (name: string) => findOrMake("project", name);

  function person({ id, name, password }: Named & { password: string }, home: Named): Person {
    const token = () => api.token(passwordIdentity(name, password), projectScope(home.name));
    return {
      id,
      name,
      password,
      project: home,
      environment: passwordEnvironment(name, password, home.name),
      token,
      applicationCredential: async ({ roles, accessRules } = {}) => {
        const wanted = {
          name: randomUUID(),
          ...(roles && { roles: roles.map((each) => ({ name: each })) }),
          ...(accessRules && { access_rules: accessRules }),
        };
        const body = { application_credential: wanted };
        const made = await api.request("POST", `/users/${id}/application_credentials`, body, await token());
        return credential(made.application_credential);
      },
    };
  }
  function credential({ id, secret }: { id: string; secret: string }) {
    const identity = { methods: ["application_credential"], application_credential: { id, secret } };
    return {
      id,
      secret,
      environment: {
        ...surroundings,
        OS_AUTH_TYPE: "v3applicationcredential",
        OS_APPLICATION_CREDENTIAL_ID: id,
        OS_APPLICATION_CREDENTIAL_SECRET: secret,
      },
      token: () => api.token(identity),
    };
  }

  const user: People["user"] = async ({ name = `user-${randomUUID()}`, project: projectName, roles }) => {
    const password = `password-of-${name}`;
    const home = await project(projectName);
    const made = (await api.request("POST", "/users", { user: { name, password } })).user;
    for (const { id } of await Promise.all(roles.map(role))) {
      await api.request("PUT", `/projects/${home.id}/users/${made.id}/roles/${id}`);
    }
    return person({ id: made.id, name, password }, home);
  };

  const [admin] = (await api.request("GET", "/users?name=admin")).users;
  return {
    admin: person({ ...admin, password: adminPassword }, await project("admin")),
    role,
    project,
    user,
    serviceUser: (name) => user({ name, project: "service", roles: ["service", "admin"] }),
    removeRole: async ({ id, project: { id: projectId } }, name) => {
      await api.request("DELETE", `/projects/${projectId}/users/${id}/roles/${(await role(name)).id}`);
    },
    revoke: (token) => api.revoke(token),
    systemToken: ({ name, password }) =>
      api.token(passwordIdentity(name, password), { system: { all: true } }),
    registerService: async ({ type, name, url: address, region: place = region }) => {
      if (place !== region) await api.request("POST", "/regions", { region: { id: place } });
      const { service } = await api.request("POST", "/services", { service: { type, name } });
      const paths: string[] = [];
      for (const side of ["public", "internal", "admin"]) {
        const about = { service_id: service.id, interface: side, region_id: place, url: address };
        const { endpoint } = await api.request("POST", "/endpoints", { endpoint: about });
        paths.push(`/endpoints/${endpoint.id}`);
      }
      return async (to) => {
        for (const path of paths) await api.request("PATCH", path, { endpoint: { url: to } });
      };
    },
    request: (method, path, body) => api.request(method, path, body),
  };
}
