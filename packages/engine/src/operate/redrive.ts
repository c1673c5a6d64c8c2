import type { Bus, DeadLetter, DeadLetters, OutboundRecord } from "@troupe/kernel";

/** Header of a redriven record: the only group that reads it. */
export const REDRIVE_GROUP = "troupe_redrive_group";
/** Header of a redriven record: how often it has been redriven, this time included. */
export const REDRIVE_COUNT = "troupe_redrives";
/** From here on a letter that keeps coming back is redriven only by force. */
export const REDRIVE_LIMIT = 3;

/** How often the record of a letter has been redriven already. */
export const redrivesOf = ({ headers }: DeadLetter): number => Number(headers[REDRIVE_COUNT] ?? 0);

/** False for a letter that names a place in the log only: its event could not be encoded again. */
export const hasBytes = ({ value, headers }: DeadLetter): boolean => value !== null || Object.keys(headers).length > 0;

/** In the order in which their records stood: by group, topic, partition and offset. */
export function inOrder(letters: readonly DeadLetter[]): readonly DeadLetter[] {
  return [...letters].sort(
    (a, b) => compare(a.group, b.group) || compare(a.topic, b.topic) || a.partition - b.partition || a.offset - b.offset,
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const BATCH = 200;

/**
 * Puts letters back on their topics, in order, for their groups alone, and removes them once they are durable there. After
 * a crash in between they are redriven once more under the same ids, which the inboxes drop. `done`: called with how many
 * are redriven so far. Rejects as `Bus.publish` does; what was not published stays a letter.
 */
export async function redrive(
  letters: readonly DeadLetter[],
  { bus, deadLetters, done }: { readonly bus: Pick<Bus, "publish">; readonly deadLetters: DeadLetters; done?(count: number): void },
): Promise<void> {
  const ordered = inOrder(letters);
  for (let at = 0; at < ordered.length; at += BATCH) {
    const batch = ordered.slice(at, at + BATCH);
    await bus.publish(batch.map(recordOf));
    await deadLetters.remove(batch.map(({ id }) => id));
    done?.(at + batch.length);
  }
}

function recordOf(letter: DeadLetter): OutboundRecord {
  const { topic, key, value, headers, group } = letter;
  return {
    topic,
    key: key ?? "",
    value: value === null ? null : new Uint8Array(Buffer.from(value, "base64")),
    headers: { ...headers, [REDRIVE_GROUP]: group, [REDRIVE_COUNT]: String(redrivesOf(letter) + 1) },
  };
}
