import {
  AmbiguousImageError,
  ConnectionError,
  ImageTagsError,
  TimeLimitError,
  UnexpectedReplyError,
  type Image,
} from "@imagetags/client";
import { EXIT, UsageError } from "./exit-code.ts";
import { safeText } from "./output/safe-text.ts";

/** What went wrong, in lines for a person, and the exit code it is. No stack trace and no secret is in it. */
export interface Explanation {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Explains what a command rejected with. */
export function explain(error: unknown): Explanation {
  if (error instanceof AmbiguousImageError) {
    const head = `${error.candidates.length} images have the name ${error.image}; give the id of one:`;
    return { lines: [safeText(head), ...error.candidates.map(candidateLine)], exitCode: EXIT.failed };
  }
  const isUsage = error instanceof UsageError || (error instanceof ImageTagsError && isWrongUsage(error));
  return { lines: [reasonOf(error)], exitCode: isUsage ? EXIT.usage : EXIT.failed };
}

/** Why something failed, in one line, with the id by which the server's log knows the request. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return safeText(String(error));
  const sentence = sentenceFor(error);
  // Some errors name the request id themselves.
  const id = "requestId" in error && typeof error.requestId === "string" ? error.requestId : "";
  const request = id === "" || sentence.includes(id) ? "" : ` (request id ${id})`;
  return safeText(sentence.replaceAll(/\s*\n\s*/g, " ").trim() + request);
}

/** What happened, where, and what to look at next. */
function sentenceFor(error: Error): string {
  if (error instanceof ConnectionError) return connectionProblem(error);
  if (error instanceof TimeLimitError) return `${error.message} --timeout gives it longer.`;
  if (error instanceof UnexpectedReplyError) {
    const { method, url, status, contentType } = error;
    const what = contentType === undefined ? "without a type" : `with ${contentType}`;
    return `${method} ${url} is answered ${status} ${what}, as no Image API does. Is the endpoint right?`;
  }
  return error.message;
}

/** Sources: Node.js, "Common system errors" and "OpenSSL error codes" (errors.md); undici, Errors.md. */
function connectionProblem({ method, url, reason, proxy, cause, message }: ConnectionError): string {
  const { origin, host, hostname } = new URL(url);
  if (proxy !== undefined)
    return `${message} Is HTTP_PROXY or HTTPS_PROXY right, or ${hostname} to be in NO_PROXY?`;
  switch (reason) {
    case "ECONNREFUSED":
      return `Nothing listens at ${origin} (${reason}). Is the server up, and is the address right?`;
    case "ENOTFOUND":
      return `There is no host ${hostname}, which ${origin} names (${reason}). Is the address right?`;
    case "EAI_AGAIN":
      return `The host ${hostname} of ${origin} cannot be looked up (${reason}). Is there a network, and its DNS?`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return `${origin} cannot be reached (${reason}). Is the network, or a firewall, in the way?`;
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "EPROTO":
      return `What listens at ${host} does not speak TLS (${reason}). Is it http://${host}?`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `The certificate of ${origin} is of nobody who is trusted (${reason}). Name its authority: --os-cacert, or SSL_CERT_FILE.`;
    case "CERT_HAS_EXPIRED":
      return `The certificate of ${origin} has expired (${reason}).`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The certificate of ${origin} is another host's (${reason}). Is the address right?`;
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return `${method} ${url}: the server ended the connection without an answer (${reason}). Does it speak https?`;
    default:
      if (reason?.startsWith("HPE_") === true) {
        return `What listens at ${origin} does not speak HTTP (${reason}). Is the address right?`;
      }
      return causeOf(cause) === undefined ? message : `${method} ${url}: ${causeOf(cause)}.`;
  }
}

/** `fetch` has some reasons in words alone, such as "bad port". */
function causeOf(cause: unknown): string | undefined {
  const inner = cause instanceof Error ? cause.cause : undefined;
  return inner instanceof Error ? inner.message.replace(/\.$/, "") || undefined : undefined;
}

/** Settings are the person's to mend, also where it is the client that finds them wrong. */
function isWrongUsage({ code }: ImageTagsError): boolean {
  return code === "INVALID_OPTION" || code === "INVALID_CLOUD" || code === "INVALID_ENVIRONMENT";
}

function candidateLine({ id, status, visibility, owner, created_at }: Image): string {
  return safeText(`  ${id}  ${status}, ${visibility}, owner ${owner ?? "none"}, made ${created_at}`);
}
