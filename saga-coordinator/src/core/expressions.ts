import type { ASTNode, Environment, ParseResult } from "@marcbachmann/cel-js";
import { reasonOf, type Value } from "@troupe/kernel";
import type { Definition, KnownEvent, StepDefinition } from "./definition/types.ts";
import { asRun, boundPatterns, createEnvironment, EXPRESSION_LIMITS, writtenAt } from "./expressions/environment.ts";
import { inferType } from "./expressions/infer/infer.ts";
import type { ExpressionProblem } from "./expressions/infer/room.ts";
import { pathsRead, type Reference, referencesOf } from "./expressions/references.ts";
import { ANY, type CelType } from "./expressions/types/cel-types.ts";
import { rootsOf, type Scope } from "./expressions/types/scope.ts";
import { type Site, type Typing, typingOf } from "./expressions/types/typing.ts";
import { variablesIn } from "./expressions/values/value-in.ts";
import { valueOut } from "./expressions/values/value-out.ts";

export type { Reference } from "./expressions/references.ts";
export type { Scope } from "./expressions/types/scope.ts";

export type Expression = {
  readonly text: string;
  readonly references: readonly Reference[];
  /**
   * Takes and gives values as payloads carry them; in between they are CEL's own. Throws when a value it needs is missing
   * or null, or when the result is no data or does not fit the field that it is for. Synchronous and pure.
   */
  readonly evaluate: (scope: { readonly [root: string]: unknown }) => Value;
};

/** An expression with what is wrong in it by the schemas, and the type of its value. */
export type Analysis = {
  readonly expression: Expression;
  readonly type: CelType;
  readonly problems: readonly ExpressionProblem[];
  /** Every part that is read, e.g. `start.lines[].sku`. */
  readonly paths: readonly string[];
};

/** Text that is no CEL, or reads a variable that is not there: `at` is the character where that shows. */
export type Invalid = { readonly invalid: string; readonly at: number };
export type CompileExpression = (scope: Scope, text: string, site?: Site) => Expression | Invalid;
export type AnalyseExpression = (scope: Scope, text: string, site?: Site) => Analysis | Invalid;

/**
 * A compiler of CEL text. Made once per definition: setting an environment up costs more than a thousand evaluations.
 * With types, values are converted by their schemas; without, they are taken as they come.
 */
export function createExpressionCompiler(typing?: Typing): CompileExpression {
  const read = createReader(typing);
  return (scope, text, site = {}) => {
    const analysis = read(scope, text, site);
    return "invalid" in analysis ? analysis : (analysis.unsound ?? analysis.expression);
  };
}

/** The same, which also says what is wrong by the types. */
export function createExpressionAnalyser(typing?: Typing): AnalyseExpression {
  const read = createReader(typing);
  return (scope, text, site = {}) => {
    const analysis = read(scope, text, site);
    // Our own words for it are better than the library's.
    return "invalid" in analysis || analysis.unsound === undefined || analysis.problems.length > 0 ? analysis : analysis.unsound;
  };
}

/** `unsound`: what the library itself finds, without the types of fields. */
type Read = Analysis & { readonly unsound: Invalid | undefined };

function createReader(typing: Typing | undefined): (scope: Scope, text: string, site: Site) => Read | Invalid {
  const environments = new Map<string, Environment>();
  const environmentFor = (scope: Scope): Environment => {
    const name = typeof scope === "string" ? scope : `element ${scope.element}`;
    const known = environments.get(name) ?? environmentOf(scope);
    environments.set(name, known);
    return known;
  };
  return (scope, text, site) => {
    if (text.length > EXPRESSION_LIMITS.characters)
      return { invalid: `it has ${text.length} characters; allowed are ${EXPRESSION_LIMITS.characters}`, at: 0 };
    try {
      const environment = environmentFor(scope);
      const { ast } = environment.parse(text);
      const variables = typing?.(scope, site) ?? untyped(scope);
      const { type, problems } = inferType(ast, { text, variables });
      const program = environment.parse(asRun(text, ast));
      boundPatterns(program.ast);
      const check = program.check();
      const references = referencesOf(ast);
      const valuesIn = variablesIn(variables, references);
      const evaluate = (scope: { readonly [root: string]: unknown }): Value =>
        valueOut(run(program, valuesIn(scope)), { target: site.target, type });
      return {
        expression: { text, references, evaluate },
        type,
        problems,
        paths: pathsRead(ast),
        unsound: check.valid ? undefined : asWritten(invalid(check.error), ast),
      };
    } catch (error) {
      return invalid(error);
    }
  };
}

/** Typing of a definition by what is known of its events. `sagas`: the others, for the results of sub-sagas. */
export function definitionTyping(
  definition: Definition,
  { events, sagas = [] }: { readonly events: readonly KnownEvent[]; readonly sagas?: readonly Definition[] },
): Typing {
  const elementOf = (step: StepDefinition): CelType => {
    if (step.each === undefined) return ANY;
    const analysis = createExpressionAnalyser(typing)("payload", step.each.items, { step: step.name, when: "opens" });
    return "type" in analysis && analysis.type.kind === "list" ? analysis.type.of : ANY;
  };
  const typing: Typing = typingOf(definition, { events, sagas, elementOf });
  return typing;
}

const run = (program: ParseResult, values: { readonly [root: string]: unknown }): unknown => program(values);

function untyped(scope: Scope): ReadonlyMap<string, CelType> {
  return new Map(rootsOf(scope).map((root) => [root, ANY]));
}

function environmentOf(scope: Scope): Environment {
  const environment = createEnvironment();
  for (const root of rootsOf(scope)) {
    const type = root === "tick" ? "google.protobuf.Timestamp" : typeof scope === "object" && root === scope.element ? "dyn" : "map";
    environment.registerVariable(root, type);
  }
  return environment;
}

function invalid(error: unknown): Invalid {
  const at = error instanceof Error && "range" in error ? (error.range as { readonly start: number } | undefined)?.start : undefined; // the library's errors carry one
  return { invalid: summaryOf(error), at: at ?? 0 };
}

const asWritten = ({ invalid, at }: Invalid, ast: ASTNode): Invalid => ({ invalid, at: writtenAt(at, ast) });

/** The library's messages carry a drawing of the source over several lines; the first says what is wrong. */
export function summaryOf(error: unknown): string {
  const [first = ""] = reasonOf(error).split("\n");
  return first;
}
