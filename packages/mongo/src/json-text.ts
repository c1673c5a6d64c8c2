/** Text that this adapter wrote itself, so its shape is what was written. */
export function parseJson<T>(text: string): T {
  return JSON.parse(text) as T; // see above
}
