import type { Codec, Ids, OutboundRecord } from "@troupe/kernel";
import type { Definition, SagaState } from "@troupe/saga-coordinator/core";
import { answerOf, chanceOf } from "./stand-in.ts";

/** People who decide, as the API passes it on: with their role in the envelope. Each open question is answered once. */
export function createPeople({ definition, codec, ids, seed }: { definition: Definition; codec: Codec; ids: Ids; seed: number }) {
  const humans = definition.steps.filter(({ human }) => human !== undefined);
  const answered = new Set<string>();
  return (sagas: readonly SagaState[], now: number): readonly OutboundRecord[] =>
    sagas.flatMap((saga) =>
      humans.flatMap(({ name, human, done, failed }) => {
        const question = `${saga.id}/${name}`;
        if (saga.steps[name]?.status !== "open" || answered.has(question)) return [];
        answered.add(question);
        const refuses = chanceOf(ids, [seed, "people", saga.id, name]) < 0.15;
        return (refuses ? failed : done).slice(0, 1).map((answer) => {
          const event = answerOf({ codec }, { answer, payload: {}, now, sagaId: saga.id });
          const id = ids.messageId("example.person", [seed, question]);
          const envelope = {
            id,
            type: event.name,
            source: "/api",
            time: now,
            tenant: "default",
            correlationId: saga.id,
            ...(human === undefined ? {} : { role: human.role }),
          };
          return codec.encode({ envelope, payload: event.payload });
        });
      }),
    );
}
