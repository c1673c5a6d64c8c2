import { TroupeError } from "@troupe/kernel";

/** Where the black-box tests and the contract suites run. */
export const TARGETS = ["embedded", "native", "containers", "clusters"] as const;
export type Target = (typeof TARGETS)[number];

export type Options = { readonly target: Target; readonly parts: "all" | "unit" | "e2e" };

/** Files that run together. Black-box tests run one file at a time: each starts whole platforms. */
export type Group = { readonly title: string; readonly place: RegExp; readonly concurrency: number; readonly timeoutMillis: number };

/** Adapters of real servers: their suites need those servers, so they belong to the target `native`. */
const ON_SERVERS = "kafka|mongo";

const UNIT: Group = {
  title: "unit, contract and structure",
  place: new RegExp(
    `^(packages/(?!(?:${ON_SERVERS})/)[^/]+/test|services/[^/]+/test|saga-coordinator/test|schemas/test|sagas/specs|infra)/`,
  ),
  concurrency: 2,
  timeoutMillis: 180_000,
};
const ADAPTERS: Group = {
  title: "contract suites on real servers",
  place: new RegExp(`^packages/(?:${ON_SERVERS})/test/`),
  concurrency: 1,
  timeoutMillis: 300_000,
};
const blackBox = (target: Target): Group => ({
  title: `black box on ${target}`,
  place: new RegExp(`^e2e/${target}/`),
  concurrency: 1,
  timeoutMillis: 600_000,
});

const GROUPS: { readonly [T in Target]: { readonly unit: readonly Group[]; readonly e2e: readonly Group[] } } = {
  embedded: { unit: [UNIT], e2e: [blackBox("embedded")] },
  native: { unit: [ADAPTERS], e2e: [blackBox("native")] },
  containers: { unit: [], e2e: [blackBox("containers")] },
  clusters: { unit: [], e2e: [blackBox("clusters")] },
};

export function groupsFor({ target, parts }: Options): readonly Group[] {
  const { unit, e2e } = GROUPS[target];
  return [...(parts === "e2e" ? [] : unit), ...(parts === "unit" ? [] : e2e)];
}

/** `--on TARGET`, `--unit`, `--e2e`. Throws OPTION_UNKNOWN, OPTION_INVALID. */
export function readOptions(args: readonly string[]): Options {
  let options: Options = { target: "embedded", parts: "all" };
  for (let at = 0; at < args.length; at++) {
    const option = args[at] ?? "";
    if (option === "--on") options = { ...options, target: targetNamed(args[++at]) };
    else if (option === "--unit") options = { ...options, parts: "unit" };
    else if (option === "--e2e") options = { ...options, parts: "e2e" };
    else throw new TroupeError("OPTION_UNKNOWN", { option, allowed: `options are --on ${TARGETS.join("|")}, --unit, --e2e` });
  }
  return options;
}

function targetNamed(name: string | undefined): Target {
  const found = TARGETS.find((target) => target === name);
  if (found) return found;
  throw new TroupeError("OPTION_INVALID", { option: "--on", found: name, allowed: TARGETS.join(", ") });
}
