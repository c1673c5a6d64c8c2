/** Live progress on one line of a terminal; on anything else a line every few seconds, so a log stays readable. */
export class ProgressLine {
  readonly #stream: { write(text: string): unknown; readonly isTTY?: boolean };
  #lastPlain = 0;
  #shown = false;

  constructor(stream: { write(text: string): unknown; readonly isTTY?: boolean }) {
    this.#stream = stream;
  }

  show(text: string, now: number): void {
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[2K${text}`);
      this.#shown = true;
    } else if (now - this.#lastPlain >= 5_000) {
      this.#lastPlain = now;
      this.#stream.write(`${text}\n`);
    }
  }

  /** Ends the line, so that what is written next starts on a fresh one. */
  clear(): void {
    if (this.#shown) this.#stream.write("\r\u001b[2K");
    this.#shown = false;
  }
}
