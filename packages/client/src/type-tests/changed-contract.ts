import { errorBody } from "@imagetags/contract";
import { initContract, type StandardSchemaV1 } from "@ts-rest/core";
import { deriveClient, type CallSender } from "../calls/derive-client.ts";

// The same code is written against a contract like ours and against contracts that changed in one place.
// It must compile against the first and break, where it relies on the change, against the others.

const c = initContract();
const strict = { strictStatusCodes: true } as const;
declare const send: CallSender;
declare const jobBody: StandardSchemaV1<{ job: string }>;
declare const faultBody: StandardSchemaV1<{ fault: { reason: string } }>;

const original = c.router(
  {
    delete: {
      method: "DELETE",
      path: "/v2/images/:image_id/tags/:tag",
      responses: { 204: c.noBody(), 404: errorBody, 503: errorBody },
    },
  },
  strict,
);
export async function useOriginal(image_id: string, tag: string): Promise<string> {
  const reply = await deriveClient(original, send).delete({ params: { image_id, tag } });
  if (reply.status === 204) return "gone";
  if (reply.status === 503) return "later";
  return reply.body.error.message;
}

const parameterRenamed = c.router(
  {
    delete: {
      method: "DELETE",
      path: "/v2/images/:image_id/tags/:name",
      responses: { 204: c.noBody(), 404: errorBody, 503: errorBody },
    },
  },
  strict,
);
export async function useParameterRenamed(image_id: string, tag: string): Promise<string> {
  // @ts-expect-error -- "tag" is "name" now
  const reply = await deriveClient(parameterRenamed, send).delete({ params: { image_id, tag } });
  if (reply.status === 204) return "gone";
  if (reply.status === 503) return "later";
  return reply.body.error.message;
}

const parameterAdded = c.router(
  {
    delete: {
      method: "DELETE",
      path: "/v2/:project_id/images/:image_id/tags/:tag",
      responses: { 204: c.noBody(), 404: errorBody, 503: errorBody },
    },
  },
  strict,
);
export async function useParameterAdded(image_id: string, tag: string): Promise<string> {
  // @ts-expect-error -- "project_id" is missing
  const reply = await deriveClient(parameterAdded, send).delete({ params: { image_id, tag } });
  if (reply.status === 204) return "gone";
  if (reply.status === 503) return "later";
  return reply.body.error.message;
}

const statusRemoved = c.router(
  {
    delete: {
      method: "DELETE",
      path: "/v2/images/:image_id/tags/:tag",
      responses: { 204: c.noBody(), 404: errorBody },
    },
  },
  strict,
);
export async function useStatusRemoved(image_id: string, tag: string): Promise<string> {
  const reply = await deriveClient(statusRemoved, send).delete({ params: { image_id, tag } });
  if (reply.status === 204) return "gone";
  // @ts-expect-error -- 503 is no status of this route any more
  if (reply.status === 503) return "later";
  return reply.body.error.message;
}

const statusAdded = c.router(
  {
    delete: {
      method: "DELETE",
      path: "/v2/images/:image_id/tags/:tag",
      responses: { 204: c.noBody(), 202: jobBody, 404: errorBody, 503: errorBody },
    },
  },
  strict,
);
export async function useStatusAdded(image_id: string, tag: string): Promise<string> {
  const reply = await deriveClient(statusAdded, send).delete({ params: { image_id, tag } });
  if (reply.status === 204) return "gone";
  if (reply.status === 503) return "later";
  // @ts-expect-error -- what is left may be a 202, which has no error
  return reply.body.error.message;
}

const bodyChanged = c.router(
  {
    delete: {
      method: "DELETE",
      path: "/v2/images/:image_id/tags/:tag",
      responses: { 204: c.noBody(), 404: faultBody, 503: errorBody },
    },
  },
  strict,
);
export async function useBodyChanged(image_id: string, tag: string): Promise<string> {
  const reply = await deriveClient(bodyChanged, send).delete({ params: { image_id, tag } });
  if (reply.status === 204) return "gone";
  if (reply.status === 503) return "later";
  // @ts-expect-error -- the 404 has another body now
  return reply.body.error.message;
}

const routeRenamed = c.router(
  {
    remove: {
      method: "DELETE",
      path: "/v2/images/:image_id/tags/:tag",
      responses: { 204: c.noBody(), 404: errorBody, 503: errorBody },
    },
  },
  strict,
);
export async function useRouteRenamed(image_id: string, tag: string): Promise<string> {
  // @ts-expect-error -- "delete" is "remove" now
  const reply = await deriveClient(routeRenamed, send).delete({ params: { image_id, tag } });
  if (reply.status === 204) return "gone";
  if (reply.status === 503) return "later";
  return reply.body.error.message;
}
