import { dirname, posix } from "node:path";
import { type Import, importsOf } from "../imports.ts";
import { tokensOf } from "../tokens.ts";
import type { SourceFile } from "../tree.ts";
import { EVERYTHING, LAYERS, type Layer, PORTS, WORKSPACES } from "./layers.ts";
import { impuritiesOf } from "./purity.ts";

export type Breach = { readonly path: string; readonly line: number; readonly found: string; readonly rule: string };

/** What package.json of a workspace declares, by the workspace's folder. Files outside every workspace declare nothing. */
export type Declared = (workspace: string) => ReadonlySet<string>;

/** Everything in a source that breaks the import law. */
export function breachesIn(file: SourceFile, declared: Declared): readonly Breach[] {
  const layer = layerOf(file.path);
  if (layer === undefined) return [{ path: file.path, line: 1, found: "this file", rule: "every source belongs to a layer of the law" }];
  const tokens = tokensOf(file.text);
  const imports = importsOf(tokens).flatMap((found) => {
    const rule = brokenRule({ path: file.path, layer, found, declared });
    return rule === undefined ? [] : [{ line: found.line, found: found.specifier ?? "a computed import", rule }];
  });
  return [...imports, ...impuritiesOf(layer, file.path, tokens)].map((breach) => ({ path: file.path, ...breach }));
}

export const describe = (breach: Breach): string => `${breach.path}:${breach.line} ${breach.found}: ${breach.rule}`;

const layerOf = (path: string): Layer | undefined => LAYERS.find((layer) => layer.place.test(path));

type Question = { readonly path: string; readonly layer: Layer; readonly found: Import; readonly declared: Declared };

function brokenRule(question: Question): string | undefined {
  const { specifier } = question.found;
  if (specifier === undefined) return "an import names what it imports";
  if (specifier.startsWith(".")) return brokenByRelative(question, specifier);
  return brokenByName(question, specifier);
}

function brokenByRelative({ path, layer }: Question, specifier: string): string | undefined {
  const target = posix.normalize(posix.join(dirname(path), specifier));
  if (!/\.(ts|json|mjs)$/.test(specifier)) return "a relative import ends in .ts";
  const other = layerOf(target);
  if (layer.name === "tests" && other?.name === "tests") return undefined; // helpers of tests are shared, and never published
  if (workspaceOf(target) !== workspaceOf(path)) return "a relative import stays in its workspace";
  if (target.endsWith("/src/main.ts") && layer.name !== "tests") return "a main is imported by nobody";
  if (layer.name === "tests" || specifier.endsWith(".json")) return undefined;
  return other === undefined || other === layer || allows(layer, other.name) ? undefined : layer.rule;
}

function brokenByName({ path, layer, found, declared }: Question, specifier: string): string | undefined {
  const port = isPure(layer) ? found.names.find((name) => PORTS.has(name)) : undefined;
  if (port !== undefined) return `${layer.rule} (${port} is a port)`;
  if (specifier.startsWith("node:")) return allows(layer, "node:*") || layer.may.includes("*") ? undefined : layer.rule;
  const workspace = WORKSPACES[specifier];
  if (workspace === undefined && specifier.startsWith("@troupe/")) return "a workspace is imported by a name that its exports offer";
  if (workspace === "main" && !["cli", "tests"].includes(layer.name)) return "a main is imported by nobody but the composition root";
  if (!allows(layer, workspace ?? packageOf(specifier))) return layer.rule;
  return isUndeclared(path, specifier, declared) ? "what a workspace imports stands in its package.json" : undefined;
}

const isPure = (layer: Layer): boolean => layer.purity === "synchronous";

/** `*` stands for every workspace, every node module and every package that is declared. A layer is no permission for another one like it. */
function allows(layer: Layer, target: string): boolean {
  if (layer.may.includes(target)) return true;
  const isLayer = LAYERS.some((other) => other.name === target);
  return layer.may.includes("*") && (!isLayer || EVERYTHING.includes(target));
}

/** Sources must declare what they import; tests and tools also have what the root installs for them. */
function isUndeclared(path: string, specifier: string, declared: Declared): boolean {
  const workspace = workspaceOf(path);
  if (!path.startsWith(`${workspace}/src/`)) return false;
  return !declared(workspace).has(packageOf(specifier));
}

/** `@scope/name/sub` belongs to the package `@scope/name`, `name/sub` to `name`. */
function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/** The folder that a file's package.json stands in; for files outside workspaces their top folder. */
function workspaceOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "packages" || first === "services" ? `${first}/${second}` : first;
}
