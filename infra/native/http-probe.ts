import { reasonOf } from "@troupe/kernel";
import type { Readiness } from "./native-server.ts";

export type Probe = {
  readonly url: string;
  /** A text that the body must hold; default: any body. */
  readonly holding?: string;
};

/** Ready when the address answers 2xx, with the given text in its body. */
export async function ask({ url, holding }: Probe): Promise<Readiness> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    const body = await answer.text();
    if (!answer.ok) return { ready: false, reason: `${url} answers ${answer.status}` };
    if (holding !== undefined && !body.includes(holding)) return { ready: false, reason: `${url} answers without ${holding}` };
    return { ready: true };
  } catch (error) {
    return { ready: false, reason: `${url}: ${causeOf(error)}` };
  }
}

/** fetch hides the reason ("fetch failed") in the cause. */
const causeOf = (error: unknown): string => reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
