import { unknownName } from "../../problems.ts";
import { eventsOf } from "../../types.ts";
import type { Checking } from "../checking.ts";

/** Aliases that events name are claimed by something, which does not itself wait for such an event (rule 15). */
export function checkAliases(checking: Checking): void {
  const { definition, source } = checking;
  const { aliases, aliased } = definition;
  const allowed = Object.keys(aliases);
  for (const [event, { alias }] of Object.entries(aliased)) {
    if (Object.hasOwn(aliases, alias)) continue;
    const message = unknownName(`${event} names the alias \`${alias}\`, which \`aliases\` does not claim`, { found: alias, allowed });
    source.report(`correlate.${event}.alias`, { code: "alias-unknown", message });
  }
  for (const event of eventsOf(definition.start)) {
    if (!Object.hasOwn(aliased, event)) continue;
    const message = `${event} starts the saga and is found by an alias, which is only known after the start; give CEL such as event.orderId`;
    source.report(`correlate.${event}`, { code: "alias-unreachable", message });
  }
  for (const name of allowed) checkClaim(checking, name);
}

function checkClaim({ definition, source, analyse }: Checking, name: string): void {
  const text = definition.aliases[name] ?? "";
  const users = Object.entries(definition.aliased).flatMap(([event, { alias }]) => (alias === name ? [event] : []));
  if (users.length === 0) {
    const message = `alias ${name} is claimed and no event is found by it; name it in \`correlate\`, e.g. PaymentSettled: { alias: ${name}, of: event.id }`;
    source.report(`aliases.${name}`, { code: "alias-unused", message, severity: "warning" });
  }
  const analysis = analyse("payload", text, { when: "computable" });
  if ("invalid" in analysis) return;
  for (const { root, path } of analysis.expression.references) {
    const step = root === "steps" ? definition.steps.find((one) => one.name === path[0]) : undefined;
    const events = eventsOf(step?.done ?? []);
    if (step === undefined || events.length === 0 || !events.every((event) => users.includes(event))) continue;
    const message = `alias ${name} is the result of ${step.name}, which is only finished by ${events.join(", ")}, and that is found by ${name}; take it from an event that carries the saga id`;
    source.report(`aliases.${name}`, { code: "alias-unreachable", message });
  }
}
