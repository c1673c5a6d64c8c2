/** Tells the person at the terminal what goes on; one line. */
export type Say = (line: string) => void;

/** Where one server keeps things: all under `.troupe/native/NAME/`. */
export type ServerFolder = {
  readonly root: string;
  readonly data: string;
  readonly log: string;
  readonly pidFile: string;
};

/** A program to start, with everything it needs prepared. */
export type Launch = { readonly command: string; readonly args: readonly string[]; readonly cwd?: string };

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** A real server that runs here without containers. `supervisor.ts` does everything that is the same for all of them. */
export type NativeServer = {
  readonly name: string;
  readonly version: string;
  /** What a client is given. */
  readonly address: string;
  /** Every port it opens, all on 127.0.0.1. */
  readonly ports: readonly number[];
  /** After this many seconds without readiness, starting has failed. */
  readonly readyWithin: number;
  /** After this many seconds a polite stop becomes a kill. */
  readonly stopWithin: number;
  /** Fetches or builds the binaries once per machine. Returns their folder. Throws TOOL_MISSING, TOOL_FAILED. */
  install(say: Say): Promise<string>;
  /** Writes configuration and formats an empty data folder. */
  prepare(binaries: string, folder: ServerFolder): Promise<Launch>;
  /** Asks the server itself, never only its port. */
  ready(): Promise<Readiness>;
  /** Runs at every start once the server answers; safe to repeat. */
  settle?(): Promise<void>;
};

export const HOST = "127.0.0.1";
