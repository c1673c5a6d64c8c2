import type { CompiledDefinition, Role } from "../compile/compiled.ts";
import { type Action, parseEffect } from "../effect-id.ts";
import { type EventEntry, type SagaState, stepOf } from "../state.ts";

/**
 * What an event means to this instance (rule 12). `attempt`: which sending it answers, when its causation tells.
 * `none`: the definition has no place for it. `several`: it has more than one, and nothing tells which.
 */
export type Match =
  | { readonly kind: "one"; readonly role: Role; readonly attempt: number | undefined }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly roles: readonly Role[] };

/**
 * By `ce_effect` first, then by the message it answers, else by type. An effect or cause that fits none of the
 * meanings of the type says nothing: participants pass the effect of a request on to events they emit later.
 */
export function matchEvent(definition: CompiledDefinition, saga: SagaState, event: EventEntry): Match {
  const byType = definition.roles.get(event.name) ?? [];
  const byEffect = orAll(byType, (role) => isOfEffect(role, { saga, event }));
  const roles = orAll(byEffect, (role) => attemptOf(role, { saga, event }) !== undefined);
  const [role] = roles;
  if (role === undefined) return { kind: "none" };
  if (roles.length > 1) return { kind: "several", roles };
  return { kind: "one", role, attempt: attemptOf(role, { saga, event }) };
}

type Of = { readonly saga: SagaState; readonly event: EventEntry };

function orAll(roles: readonly Role[], fits: (role: Role) => boolean): readonly Role[] {
  if (roles.length < 2) return roles;
  const fitting = roles.filter(fits);
  return fitting.length === 0 ? roles : fitting;
}

function isOfEffect(role: Role, { saga, event }: Of): boolean {
  const effect = event.effect === undefined ? undefined : parseEffect(event.effect);
  if (effect === undefined || role.kind === "start" || role.step !== effect.step) return false;
  return effect.sagaId === saga.id && effect.definition === saga.definition && effect.tenant === saga.tenant;
}

function attemptOf(role: Role, { saga, event }: Of): number | undefined {
  if (role.kind === "start" || event.causationId === undefined) return undefined;
  const action: Action = role.kind === "done" || role.kind === "failed" ? "do" : "undo";
  const at = stepOf(saga, role.step)[action]?.ids.indexOf(event.causationId) ?? -1;
  return at < 0 ? undefined : at + 1;
}
