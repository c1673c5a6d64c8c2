import { userInfo } from "node:os";
import { TroupeError } from "@troupe/kernel";
import { activateVersion } from "@troupe/saga-coordinator";
import { parse, strictCommand, wholeNumber } from "../compose/run-main.ts";
import { systemClock } from "../system-clock.ts";
import { print } from "./definition-file.ts";
import { type StoreOptions, withStore } from "./stored.ts";

type ActivateOptions = StoreOptions & { readonly reason?: string };

/** `troupe activate`: an operator lets a known version of a saga take new ones; processes follow at their next start. */
export async function activateCommand(args: readonly string[]): Promise<number> {
  const command = strictCommand("npm run troupe -- activate")
    .argument("<saga>", "name of the saga")
    .argument("<version>", "number of a version that is known")
    .description(
      "Lets a known version of a saga take new ones. Known content never comes back by itself when a file holds it again, so\nthis is how to go back. Sagas that run keep the version that they run. Processes follow at their next start.",
    )
    .option("--reason <text>", "why; it is kept with the fact")
    .option("--on <target>", "embedded or native")
    .option("--data <dir>", "folder of the embedded data file");
  if (!(await parse(command, args))) return 0;
  const [name = "", number = ""] = command.args;
  const version = wholeNumber("version", { min: 1, max: 999_999 })(number);
  const options = command.opts<ActivateOptions>();
  const { reason = "" } = options;
  if (reason.trim() === "")
    throw new TroupeError("OPTION_INVALID", { option: "--reason", found: reason, allowed: "a sentence that says why" });
  const act = { name, version, by: userInfo().username, reason, at: systemClock().now() };
  const changed = await withStore(options, (store) => activateVersion(store.settings, act));
  print(
    changed ? `version ${version} of ${name} takes new sagas from the next start on` : `version ${version} of ${name} is active already`,
  );
  return 0;
}
