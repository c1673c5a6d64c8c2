import type { Ids } from "@troupe/kernel";
import type { Retry } from "../definition/types.ts";
import type { Expression } from "../expressions.ts";

/** What an event means to a step. */
export type AnswerKind = "done" | "failed" | "undone" | "undoFailed";
/** What an event may mean to the saga. More than one only when a definition was compiled unchecked. */
export type Role = { readonly kind: "start" } | { readonly kind: AnswerKind; readonly step: string };

/** A request ready to be built: an event and an expression per field. */
export type Request = { readonly event: string; readonly fields: readonly (readonly [field: string, value: Expression])[] };

export type CompiledUndo = { readonly request: Request; readonly timeoutMillis: number; readonly retry: Retry };

export type CompiledStep = {
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  /**
   * Steps that must be settled before it opens: `after`, and for a pivot also every required step that
   * does not depend on it (rule 6).
   */
  readonly waitsFor: readonly string[];
  /** Steps that depend on it, transitively: they are undone first. */
  readonly dependants: ReadonlySet<string>;
  readonly command: Request | undefined;
  readonly retry: Retry;
  readonly timeoutMillis: number | undefined;
  /** Undefined: nothing to undo, by its own statement or because it is the pivot or beyond. */
  readonly undo: CompiledUndo | undefined;
  /** The pivot or beyond: it says neither how it is undone nor that there is nothing to undo. */
  readonly irreversible: boolean;
  readonly pivot: boolean;
  readonly optional: boolean;
};

/** A definition as the fold wants it: no name is looked up and no expression parsed while folding. Immutable. */
export type CompiledDefinition = {
  readonly name: string;
  readonly title: string;
  readonly owner: string | undefined;
  readonly version: number;
  /** Identifies the content, whatever its version number. */
  readonly hash: string;
  /** `name@version#hash`, as documents carry it. */
  readonly label: string;
  readonly deadlineMillis: number | undefined;
  readonly patienceMillis: number;
  /** In file order. */
  readonly steps: readonly CompiledStep[];
  readonly stepByName: ReadonlyMap<string, CompiledStep>;
  readonly roles: ReadonlyMap<string, readonly Role[]>;
  /** Short names of the events to subscribe to. */
  readonly wants: ReadonlySet<string>;
  /** Short names of the events that it may emit, lifecycle events aside. */
  readonly emits: ReadonlySet<string>;
  /** Fields of an event that some expression reads: the history keeps no others. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string> | "all">;
  readonly correlations: ReadonlyMap<string, Expression>;
  /** Field with the correlation id by event, as the schemas say it. */
  readonly correlateFields: ReadonlyMap<string, string>;
  readonly ids: Ids;
};
