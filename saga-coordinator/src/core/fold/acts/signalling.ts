import type { EventEntry } from "../../state.ts";
import { effectTextOf } from "../asking/requests.ts";
import { type Draft, tell } from "../draft.ts";
import { foldEvent } from "../facts/fold-event.ts";
import { matchStart } from "../facts/match.ts";
import { EARLY_LIMIT } from "../facts/starting.ts";
import { elementOf } from "../standing.ts";
import type { Asked } from "./act-data.ts";

/**
 * An operator brings an event as if it had come, through the same matching. It carries no role of a person, so it never
 * answers a human step. With a step it says whose answer it is.
 */
export function signal(draft: Draft, { asked, identity }: { asked: Asked; identity: string }): undefined {
  const { saga } = draft;
  const { event: name = "", payload, step } = asked;
  const refuse = (reason: string): undefined => tell(draft, { kind: "refused", act: "signal", reason });
  if (saga.status === "declined") return refuse("the saga is declined");
  if (step !== undefined && !draft.definition.stepByName.has(step)) return refuse(`there is no step ${step}`);
  const effect = effectOf(draft, asked);
  const entry: EventEntry = {
    kind: "event",
    identity,
    name,
    ...(effect === undefined ? {} : { effect }),
    ...(payload === undefined ? {} : { payload }),
  };
  const isFull = (saga.early?.length ?? 0) >= EARLY_LIMIT;
  if (isFull && matchStart(draft, entry) === "other") return refuse(`it has not started and holds its ${EARLY_LIMIT} early events already`);
  foldEvent(draft, entry);
}

function effectOf(draft: Draft, { step: name, element }: Asked): string | undefined {
  const step = draft.definition.stepByName.get(name ?? "");
  if (step === undefined) return undefined;
  return effectTextOf(draft, element === undefined ? step : elementOf(step, element));
}
