import type { SignIn } from "@imagetags/contract/console";

/**
 * The body of `POST /v3/auth/tokens`. Without a project Keystone takes the user's own one, if there is one.
 * Source: Keystone, api-ref/source/v3/authenticate-v3.inc and application-credentials.inc.
 */
export function signInBody(signIn: SignIn): object {
  switch (signIn.method) {
    case "password": {
      const { user, password, project } = signIn;
      const identity = { methods: ["password"], password: { user: { ...user, password } } };
      return { auth: { identity, ...(project === undefined ? {} : { scope: { project } }) } };
    }
    case "application_credential": {
      const { method, ...credential } = signIn;
      return { auth: { identity: { methods: [method], application_credential: credential } } };
    }
    case "token": {
      const { token, project } = signIn;
      return { auth: { identity: { methods: ["token"], token: { id: token } }, scope: { project } } };
    }
  }
}
