import { randomUUID } from "node:crypto";
import { createIdentityApi } from "./identity-api.mjs";

/**
 * What the OpenStack commands and libraries take as the settings of whoever logs in.
 * @typedef {Record<string, string>} Environment
 *
 * @typedef {{ id: string, name: string }} Named
 *
 * A user, who acts in one project.
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {string} password
 * @property {Named} project
 * @property {Environment} environment `OS_AUTH_URL`, `OS_USERNAME` and so on
 * @property {() => Promise<string>} token a new one at each call
 * @property {(wishes?: CredentialWishes) => Promise<ApplicationCredential>} applicationCredential
 *
 * @typedef {object} CredentialWishes
 * @property {string[]} [roles] all that the user has, unless given
 * @property {{ service: string, method: string, path: string }[]} [accessRules]
 *
 * @typedef {object} ApplicationCredential
 * @property {string} id
 * @property {string} secret
 * @property {Environment} environment
 * @property {() => Promise<string>} token
 *
 * @typedef {object} People
 * @property {Person} admin
 * @property {(name: string) => Promise<Named>} role found or made
 * @property {(name: string) => Promise<Named>} project found or made
 * @property {(wishes: { name?: string, project: string, roles: string[] }) => Promise<Person>} user made
 * @property {(name: string) => Promise<Person>} serviceUser made, in the project `service`, who may ask about any token
 * @property {(person: Person, role: string) => Promise<void>} removeRole which ends the tokens of that user and project
 * @property {(token: string) => Promise<void>} revoke a token
 * @property {(person: Person) => Promise<string>} systemToken of all the system, for somebody with a role on it
 * @property {(service: { type: string, name: string, url: string }) => Promise<void>} registerService in the catalog
 * @property {(method: string, path: string, body?: unknown) => Promise<unknown>} request anything else, as the admin
 */

/**
 * Makes projects, users and credentials through Keystone's API.
 * @param {{ url: string, region: string, adminPassword: string }} keystone
 * @returns {Promise<People>}
 */
export async function createPeople({ url, region, adminPassword }) {
  const domain = { name: "Default" };
  /** @type {Environment} */
  const place = { OS_AUTH_URL: url, OS_IDENTITY_API_VERSION: "3", OS_REGION_NAME: region };
  const api = createIdentityApi(url, passwordIdentity("admin", adminPassword), projectScope("admin"));

  /**
   * @param {string} name
   * @param {string} password
   */
  function passwordIdentity(name, password) {
    return { methods: ["password"], password: { user: { name, password, domain } } };
  }
  /** @param {string} name */
  function projectScope(name) {
    return { project: { name, domain } };
  }
  /**
   * @param {string} name
   * @param {string} password
   * @param {string} project
   * @returns {Environment}
   */
  function passwordEnvironment(name, password, project) {
    return {
      ...place,
      OS_USERNAME: name,
      OS_PASSWORD: password,
      OS_PROJECT_NAME: project,
      OS_USER_DOMAIN_NAME: domain.name,
      OS_PROJECT_DOMAIN_NAME: domain.name,
    };
  }

  /**
   * @param {string} kind
   * @param {string} name
   * @returns {Promise<Named>}
   */
  async function findOrMake(kind, name) {
    const found = await api.request("GET", `/${kind}s?name=${encodeURIComponent(name)}`);
    return found[`${kind}s`][0] ?? (await api.request("POST", `/${kind}s`, { [kind]: { name } }))[kind];
  }
  const role = (/** @type {string} */ name) => findOrMake("role", name);
  const project = (/** @type {string} */ name) => findOrMake("project", name);

  /**
   * @param {Named & { password: string }} user
   * @param {Named} home
   * @returns {Person}
   */
  function person({ id, name, password }, home) {
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
  /** @param {{ id: string, secret: string }} credential */
  function credential({ id, secret }) {
    const identity = { methods: ["application_credential"], application_credential: { id, secret } };
    return {
      id,
      secret,
      environment: {
        ...place,
        OS_AUTH_TYPE: "v3applicationcredential",
        OS_APPLICATION_CREDENTIAL_ID: id,
        OS_APPLICATION_CREDENTIAL_SECRET: secret,
      },
      token: () => api.token(identity),
    };
  }

  /** @type {People["user"]} */
  const user = async ({ name = `user-${randomUUID()}`, project: projectName, roles }) => {
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
    registerService: async ({ type, name, url: address }) => {
      const { service } = await api.request("POST", "/services", { service: { type, name } });
      for (const side of ["public", "internal", "admin"]) {
        const endpoint = { service_id: service.id, interface: side, region_id: region, url: address };
        await api.request("POST", "/endpoints", { endpoint });
      }
    },
    request: (method, path, body) => api.request(method, path, body),
  };
}
