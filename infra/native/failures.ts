import type { NativeServer, Say } from "./native-server.ts";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";
import { folderOf, forget, runningIn } from "./server-folder.ts";
import { until } from "./until.ts";

/** Ends a server at once, as a power cut would: nothing is flushed, nobody is told. `up` brings it back on the same data. */
export async function kill(server: NativeServer, say: Say): Promise<void> {
  const folder = folderOf(server.name);
  const running = await runningIn(folder);
  if (running === undefined) return say("was down already");
  process.kill(running.pid, "SIGKILL");
  await until({ seconds: 10, everyMillis: 20 }, async () => (isRunning(running) ? undefined : true));
  await forget(folder);
  say("killed");
}

/** Stops a server where it stands: its port stays open and nothing answers, as on a machine that hangs. */
export const freeze = (server: NativeServer, say: Say): Promise<void> => send("SIGSTOP", server, say);

/** Lets a frozen server go on. */
export const thaw = (server: NativeServer, say: Say): Promise<void> => send("SIGCONT", server, say);

async function send(signal: "SIGSTOP" | "SIGCONT", server: NativeServer, say: Say): Promise<void> {
  const running: ProcessIdentity | undefined = await runningIn(folderOf(server.name));
  if (running === undefined) return say("is down");
  process.kill(running.pid, signal);
  say(signal === "SIGSTOP" ? "frozen" : "goes on");
}
