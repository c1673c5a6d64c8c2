import { nearest, TroupeError } from "@troupe/kernel";
import { type Config, SETTINGS, type Setting } from "./settings.ts";

export type { Config, Target } from "./settings.ts";

/** Names of the launcher that are no settings. */
const LAUNCHER = ["TROUPE_CLONE_STARTED_AT", "TROUPE_INSTALL_SECONDS"];

/**
 * Configuration from flags over environment over defaults. Throws CONFIG_INVALID with the offending value and what is
 * allowed; a name that begins with TROUPE_ and is no setting is refused with the nearest one.
 */
export function readConfig(
  environment: { readonly [name: string]: string | undefined },
  flags: Partial<Record<keyof Config, string>> = {},
): Config {
  const known = [...SETTINGS.map((setting) => setting.environment), ...LAUNCHER];
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("TROUPE_") || known.includes(name)) continue;
    throw new TroupeError("CONFIG_INVALID", {
      key: name,
      found: environment[name],
      allowed: `no setting of that name; the nearest is ${nearest(name, known) ?? known.join(", ")}`,
    });
  }
  const values: Record<string, string | number | undefined> = {};
  for (const setting of SETTINGS)
    values[setting.key] = readSetting(setting, flags[setting.key] ?? environment[setting.environment] ?? setting.default);
  const config = values as unknown as Config; // one value per setting, each checked against its type
  if ((config.partitions & (config.partitions - 1)) !== 0) {
    throw new TroupeError("CONFIG_INVALID", { key: "TROUPE_PARTITIONS", found: config.partitions, allowed: "a power of two" });
  }
  if (config.target === "embedded" && /^fp[45]:/.test(config.failAt ?? "")) {
    throw new TroupeError("CONFIG_INVALID", {
      key: "TROUPE_FAIL_AT",
      found: config.failAt,
      allowed: "fp1, fp2, fp3 or fp6 on embedded, where documents, records and offsets are one transaction",
    });
  }
  return config;
}

function readSetting(setting: Setting, text: string | undefined): string | number | undefined {
  if (text === undefined) return undefined;
  const found = text.replace(/^([\w+.-]+:\/\/)?.*@/, "$1***@"); // an address may carry a login
  const refuse = (allowed: string) => new TroupeError("CONFIG_INVALID", { key: setting.environment, found, allowed });
  if (setting.type === "text") {
    if (text.trim() === "") throw refuse("a non-empty text");
    if (setting.form?.fits(text) === false) throw refuse(setting.form.allowed);
    return text;
  }
  if (setting.type !== "integer") {
    if (!setting.type.includes(text)) throw refuse(setting.type.join(", "));
    return text;
  }
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = setting;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max) throw refuse(`a whole number from ${min} to ${max}`);
  return number;
}
