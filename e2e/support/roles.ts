import { type RunOptions, type Scope, type Troupe, troupe } from "./troupe.ts";

export const ALL_ROLES = ["orders", "inventory", "payments", "shipping", "coordinator", "api"];

export type RoleProcesses = RunOptions & {
  /** `["--data", FOLDER]` or `["--on", "native"]`. */
  readonly place: readonly string[];
};

/** `npm run role -- NAMES`, listening on a free port. Resolves when it does. */
export async function roleProcess(scope: Scope, roles: readonly string[], { place, ...options }: RoleProcesses): Promise<RoleProcess> {
  const running = troupe(scope, ["role", ...roles, ...place], options);
  return { ...running, at: await running.address() };
}

/** A running role process and where it answers. */
export type RoleProcess = Troupe & { readonly at: string };
