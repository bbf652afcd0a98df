const counts = new WeakMap<Headers, number>();

/**
 * How many requests a reply took: 1, or more where requests before it failed transiently. A 404 to a removal that took
 * more than one may be due to an earlier one, whose answer was lost.
 *
 * @example
 * const reply = await client.imageTags.delete({ params: { image_id, tag } });
 * if (attemptsOf(reply) > 1) console.log("The server had to be asked more than once.");
 */
export function attemptsOf(reply: { readonly headers: Headers }): number {
  return counts.get(reply.headers) ?? 1;
}

/** Notes how many requests the reply with these headers took. */
export function noteAttempts(headers: Headers, attempts: number): void {
  if (attempts > 1) counts.set(headers, attempts);
}
