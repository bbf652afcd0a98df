import { StoreUnavailable } from "../../images/model/image-store.ts";

/**
 * The outcome of work. Rejects with a {@link StoreUnavailable} when there is none within `deadline`
 * milliseconds.
 */
export async function withDeadline<Result>(work: Promise<Result>, deadline: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new StoreUnavailable("The database did not do it in time; nobody knows whether it will."));
  }, deadline);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
