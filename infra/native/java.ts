import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { TroupeError } from "@troupe/kernel";

const JVM_FOLDER = "/usr/lib/jvm";

/** Path of the newest Java found that is at least `oldest`: JAVA_HOME, the PATH, /usr/lib/jvm. Throws TOOL_MISSING. */
export async function findJava(oldest: number, purpose: string): Promise<string> {
  const found = await Promise.all((await candidates()).map(async (java) => ({ java, major: await majorOf(java) })));
  const [newest] = found.filter(({ major }) => major >= oldest).sort((a, b) => b.major - a.major);
  if (newest) return newest.java;
  const remedy = `Install openjdk-${oldest}-jre-headless or newer, or set JAVA_HOME; found were ${describe(found)}.`;
  throw new TroupeError("TOOL_MISSING", { tool: `java ${oldest} or newer`, purpose, remedy });
}

async function candidates(): Promise<readonly string[]> {
  const home = process.env["JAVA_HOME"];
  const installed = await readdir(JVM_FOLDER).catch(() => []);
  const fromFolder = installed.map((name) => join(JVM_FOLDER, name, "bin", "java"));
  return [...(home ? [join(home, "bin", "java")] : []), "java", ...fromFolder];
}

/** Major version that a Java reports about itself; 0 where there is none. */
async function majorOf(java: string): Promise<number> {
  try {
    const { stderr } = await promisify(execFile)(java, ["-version"]);
    return majorIn(stderr);
  } catch {
    return 0;
  }
}

/** `openjdk version "17.0.15" …` gives 17, the old form `"1.8.0_392"` gives 8. */
export function majorIn(banner: string): number {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(banner) ?? [];
  return Number((first === "1" ? second : first) ?? 0);
}

function describe(found: readonly { readonly major: number }[]): string {
  const majors = [...new Set(found.map(({ major }) => major).filter((major) => major > 0))];
  return majors.length === 0 ? "none" : majors.join(", ");
}
