/** One reason why data of the writer's schema can't be read with the reader's. `path`: of the field, empty for the record itself. */
export type Violation = {
  readonly kind: "name" | "type" | "logical" | "decimal" | "missing-default" | "enum-symbol" | "fixed-size" | "union-branch";
  readonly path: string;
  readonly text: string;
};

/** `lines[].sku: written as string, can't be read as int`. */
export function violationText({ path, text }: Violation): string {
  return path === "" ? text : `${path}: ${text}`;
}
