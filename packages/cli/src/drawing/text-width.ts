/** Widths of a common sans-serif face in thousandths of the font size, generous enough for the faces that a reader may have. */
const NARROW = new Set("fijlrtI.,:;'|!()[]{} ");
const WIDE = new Set("mwMW@%QO");

/** Width of a line in pixels at this font size: an upper bound, so that no box is too small for its text. */
export function textWidth(text: string, size: number): number {
  let thousandths = 0;
  for (const letter of text) thousandths += NARROW.has(letter) ? 360 : WIDE.has(letter) ? 920 : letter >= "A" && letter <= "Z" ? 720 : 600;
  return Math.ceil((thousandths * size) / 1000);
}

/** Breaks a text into lines of at most so many letters, at spaces where there are any. */
export function wrapped(text: string, letters: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > letters) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
