import { ask } from "./http.ts";

/** Sum of a counter over all label sets that contain every given `name="value"`. */
export async function counter(address: string, name: string, ...labels: readonly string[]): Promise<number> {
  const { text } = await ask(`${address}/metrics`);
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

/** Records that a consumer group folded in the process at this address. */
export const folded = (address: string, group: string): Promise<number> =>
  counter(address, "troupe_records_total", `group="${group}"`, 'outcome="folded"');
