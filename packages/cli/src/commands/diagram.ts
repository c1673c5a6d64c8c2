import { writeFileSync } from "node:fs";
import { flowOf, mermaidOf } from "@troupe/saga-coordinator/core";
import { parse } from "../compose/run-main.ts";
import { svgOf } from "../drawing/svg.ts";
import { fileCommand, oneDefinition, print, say } from "./definition-file.ts";

type DiagramOptions = { readonly schemas: string; readonly svg: boolean; readonly json: boolean; readonly out?: string };

/** `troupe diagram`: Mermaid or SVG on stdout or in a file; 1 when the definition has errors, 2 when it can't be read. */
export async function diagramCommand(args: readonly string[]): Promise<number> {
  const command = fileCommand("diagram", {
    files: "<file>",
    description: "Draws a definition: steps, what they wait for, guards, timeouts, undos, pivot. Mermaid text, or an SVG image.",
  })
    .option("--svg", "an SVG image instead of Mermaid", false)
    .option("--out <file>", "write to a file instead of stdout");
  if (!(await parse(command, args))) return 0;
  const options = command.opts<DiagramOptions>();
  const [file = ""] = command.args;
  const read = await oneDefinition(file, options.schemas);
  if ("exitCode" in read) return read.exitCode;
  const flow = flowOf(read.definition);
  const text = options.json ? `${JSON.stringify(flow, null, 2)}\n` : options.svg ? svgOf(flow) : mermaidOf(flow);
  if (options.out === undefined) print(text.trimEnd());
  else {
    writeFileSync(options.out, text);
    say(`${options.out} is written`);
  }
  return 0;
}
