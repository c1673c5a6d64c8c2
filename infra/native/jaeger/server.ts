import { join } from "node:path";
import { cached } from "../binary-cache.ts";
import { ask } from "../http-probe.ts";
import { HOST, type Launch, type NativeServer, type Readiness, type Say } from "../native-server.ts";
import { runTool } from "../run-tool.ts";
import versions from "../versions.json" with { type: "json" };

const { version, module } = versions.jaeger;
const OTLP_PORT = 4318;
const QUERY_PORT = 16686;
const QUERY_GRPC_PORT = 16685;
const HEALTH_PORT = 13133;

/** Jaeger v2 with traces in memory, so its data folder stays empty: traces are for looking at, not for keeping. */
export const jaeger: NativeServer = {
  name: "jaeger",
  version,
  address: `http://${HOST}:${QUERY_PORT} (OTLP ${HOST}:${OTLP_PORT})`,
  ports: [OTLP_PORT, QUERY_PORT, QUERY_GRPC_PORT, HEALTH_PORT],
  readyWithin: 30,
  stopWithin: 10,
  install,
  prepare,
  ready: (): Promise<Readiness> => ask({ url: `http://${HOST}:${HEALTH_PORT}/status`, holding: '"healthy":true' }),
};

/** Built from the Go module: no package registry offers the binary. */
function install(say: Say): Promise<string> {
  const fill = async (folder: string, log: string): Promise<void> => {
    const go = (args: readonly string[]) => runTool({ tool: "go", args, cwd: folder, purpose: "to build Jaeger", log });
    await go(["mod", "init", "troupe.native/jaeger"]);
    await go(["get", "-tool", `${module}@v${version}`]);
    await go(["build", "-o", "jaeger", module]);
  };
  const announcement = "building from Go modules, 4 to 8 minutes the first time on a machine";
  return cached({ name: "jaeger", version, announcement, say, fill });
}

async function prepare(binaries: string): Promise<Launch> {
  return { command: join(binaries, "jaeger"), args: ["--config", join(import.meta.dirname, "jaeger.yaml")] };
}
