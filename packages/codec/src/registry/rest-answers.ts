import { explain, type HttpResponse, type Json, TroupeError } from "@troupe/kernel";

/** Error of the Confluent REST API: `{error_code, message}`, the status being the code's first three digits. */
export class RestRefusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const noSubject = (subject: string) => new RestRefusal(40401, `Subject '${subject}' not found.`);
export const noVersion = (version: string) => new RestRefusal(40402, `Version ${version} not found.`);
export const noSchema = (what: string) => new RestRefusal(40403, `Schema ${what} not found.`);
export const noLevel = (subject: string) =>
  new RestRefusal(40408, `Subject '${subject}' does not have subject-level compatibility configured.`);

/** Runs a handler; what it throws becomes the body that Confluent clients understand. */
export async function answered(work: () => Promise<Json>): Promise<HttpResponse> {
  try {
    return { status: 200, body: await work() };
  } catch (error) {
    const { code, message } = refusalOf(error);
    return { status: code > 999 ? Math.floor(code / 100) : code, body: { error_code: code, message } };
  }
}

function refusalOf(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof RestRefusal) return error;
  const message = explain(error);
  if (!(error instanceof TroupeError)) return { code: 50001, message };
  if (error.code === "SCHEMA_INCOMPATIBLE") return { code: 409, message };
  if (error.code === "SCHEMA_INVALID") return { code: 42201, message };
  return { code: error.status >= 500 ? 50001 : error.status, message };
}
