import { reasonOf, TroupeError } from "@troupe/kernel";
import { MongoServerError } from "mongodb";

/** Any failure of a call to the store as the one error of the port; a TroupeError stays what it is. */
export function unreachable(error: unknown, address: string): TroupeError {
  if (error instanceof TroupeError) return error;
  return new TroupeError("STORE_UNREACHABLE", { address, reason: reasonFrom(error) }, error);
}

export const reasonFrom = (error: unknown): string => reasonOf(error).replace(/\.$/, "");

export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11_000;

/** Asks the server. Rejects with STORE_UNREACHABLE. */
export async function asking<T>(address: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw unreachable(error, address);
  }
}
