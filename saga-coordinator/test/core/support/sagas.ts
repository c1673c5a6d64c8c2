import type { CompiledDefinition } from "../../../src/core/index.ts";
import { compile, Play } from "./play.ts";

/** Three observed steps in a row, each undone by the event that its name says. */
export const CHAIN = `
saga: chain
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, failed: AFailed, timeout: 10s, compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed } }
  b: { after: [a], done: BDone, failed: BFailed, timeout: 10s, compensate: { emit: UndoB, done: BUndone } }
  c: { after: [b], done: CDone, failed: CFailed, timeout: 10s, compensate: { emit: UndoC, done: CUndone } }
`;
export const chain: CompiledDefinition = compile(CHAIN);

/** One commanded step with three attempts. */
export const COMMANDED: CompiledDefinition = compile(`
saga: commanded
start: { on: Started }
deadline: 1h
steps:
  a:
    command: { emit: DoA }
    done: ADone
    failed: AFailed
    timeout: 10s
    retry: { attempts: 3, backoff: 1s }
    compensate: { emit: UndoA, done: AUndone }
`);

/** Four steps that do not depend on each other; the last has nothing to undo. */
export const PARALLEL: CompiledDefinition = compile(`
saga: parallel
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  b: { done: BDone, timeout: 1m, compensate: { emit: UndoB, done: BUndone } }
  c: { done: CDone, timeout: 1m, compensate: { emit: UndoC, done: CUndone } }
  d: { done: DDone, failed: DFailed, timeout: 1m, compensate: { none: it only decides } }
`);

/** A saga to which `Started` has come, and then whatever is named. */
export function playing(definition: CompiledDefinition = chain, ...events: string[]): Play {
  const play = new Play(definition);
  play.events("Started", ...events);
  return play;
}
