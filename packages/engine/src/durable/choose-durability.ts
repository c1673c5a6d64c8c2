import type { Documents } from "@troupe/kernel";
import type { EngineLimits, EnginePorts } from "../engine-ports.ts";
import { atomicDurability } from "./atomic.ts";
import { withDeadLetterBound } from "./dead-letter-bound.ts";
import type { MakeDurable } from "./make-durable.ts";
import { Publisher } from "./publisher.ts";
import { stagedDurability } from "./staged.ts";

/** The way that the adapters allow; a publisher only where bus and documents are two stores. */
export function chooseDurability(
  owner: string,
  { ports, documents, limits }: { readonly ports: EnginePorts; readonly documents: Documents; readonly limits: EngineLimits },
): { readonly durability: MakeDurable; readonly publisher: Publisher | undefined } {
  const { work, store, failPoints } = ports;
  const { clock } = ports;
  const bounded = (durability: MakeDurable): MakeDurable =>
    withDeadLetterBound(durability, { deadLetters: store.deadLetters, clock, limit: limits.deadLetters });
  if (work !== undefined) return { durability: bounded(atomicDurability(work, owner)), publisher: undefined };
  const publisher = new Publisher({ owner, ports, documents, trimEveryMillis: limits.trimEveryMillis });
  const { deadLetters, parked } = store;
  return { durability: bounded(stagedDurability({ owner, documents, deadLetters, parked, publisher, failPoints })), publisher };
}
