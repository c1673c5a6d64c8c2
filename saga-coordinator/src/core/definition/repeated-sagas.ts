import type { Problem } from "./problems.ts";

/** A definition file and the saga in it; undefined for a file with errors. */
export type SagaInFile = { readonly file: string; readonly saga: string | undefined };

/** An error for every file that defines a saga which a file before it defines already: the first one counts. */
export function repeatedSagas(files: readonly SagaInFile[]): readonly Problem[] {
  const first = new Map<string, string>();
  return files.flatMap(({ file, saga }): readonly Problem[] => {
    if (saga === undefined) return [];
    const before = first.get(saga);
    if (before === undefined) {
      first.set(saga, file);
      return [];
    }
    const message = `the saga \`${saga}\` is defined in ${before} already; allowed is one file for each saga, and the first one counts`;
    return [{ file, line: 1, column: 1, severity: "error", code: "saga-repeated", message }];
  });
}
