import { type ASTNode, serialize } from "@marcbachmann/cel-js";
import { createEnvironment } from "./environment.ts";
import { pathOf } from "./references.ts";

/** What of a guard can be held against another. `denied`: the guard that it negates; `field` equal to `literal`. */
export type GuardShape = {
  readonly text: string;
  readonly denied: string | undefined;
  readonly field: string | undefined;
  readonly literal: string | undefined;
};

/** Reads guards; made once for many. Undefined for a text that is no CEL. */
export function createGuardReader(): (text: string) => GuardShape | undefined {
  const environment = createEnvironment();
  return (text) => {
    const ast = parsed(() => environment.parse(text).ast);
    if (ast === undefined) return undefined;
    const equation = ast.op === "==" ? (equationOf(ast.args[0], ast.args[1]) ?? equationOf(ast.args[1], ast.args[0])) : undefined;
    return {
      text: serialize(ast),
      denied: ast.op === "!_" ? serialize(ast.args) : undefined,
      field: equation?.field,
      literal: equation?.literal,
    };
  };
}

/** Whether two guards can be seen to never hold together: `e` and `!e`, or one field equal to two different literals. */
export function disjoint(a: GuardShape, b: GuardShape): boolean {
  if (a.denied === b.text || b.denied === a.text) return true;
  return a.field !== undefined && a.field === b.field && a.literal !== b.literal;
}

function parsed(parse: () => ASTNode): ASTNode | undefined {
  try {
    return parse();
  } catch {
    return undefined; // reported where the expression is checked
  }
}

/** `event.result == "PAID"`. */
function equationOf(of: ASTNode, to: ASTNode): { readonly field: string; readonly literal: string } | undefined {
  const field = pathOf(of);
  return field === undefined || of.op === "id" || to.op !== "value" ? undefined : { field, literal: serialize(to) };
}
