/** Makes a page answer a request as it answers GET: Glance does not mind by which method some are asked for. */
export function answerAsGet(request: { method: string }): void {
  if (request.method !== "HEAD") request.method = "GET";
}
