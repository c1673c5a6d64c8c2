import { readFileSync } from "node:fs";

/** What V8 writes (Chrome DevTools protocol, Profiler.Profile); times in microseconds. */
type Profile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};
type Frame = Profile["nodes"][number]["callFrame"];

/** The first layer whose pattern fits the address of a source, or a name that V8 gives to what has none. */
const LAYERS: readonly (readonly [string, RegExp])[] = [
  ["idle", /^\(idle\)/],
  ["garbage collection", /^\(garbage collector\)/],
  ["decode and encode", /packages\/codec\/|node_modules\/avsc\//],
  ["react (core)", /saga-coordinator\/src\/core\/|cel-js/],
  ["coordinator's shell", /saga-coordinator\/src\//],
  ["participants", /packages\/service-kit\/|bench\/workloads\//],
  ["engine: fold, tick, timers", /packages\/engine\//],
  ["commit and log (embedded)", /packages\/embedded\/|node:sqlite/],
  ["Kafka client", /kafkajs|packages\/kafka\//],
  ["MongoDB client", /node_modules\/(mongodb|bson)\/|packages\/mongo\//],
  ["tracing and metrics", /opentelemetry|packages\/telemetry\/|prom-client/],
  ["ids, JSON, kernel", /packages\/kernel\/|node:internal\/crypto/],
  ["driver of the bench", /bench\//],
  ["loading of modules", /node:internal\/(modules|deps\/amaro|bootstrap)|wasm|compileSourceTextModule/],
  ["rest of Node", /./],
];

export type LayerTime = { readonly layer: string; readonly share: number; readonly top: readonly string[] };

const FUNCTIONS = 3;

/** Self time by layer of a profile, the largest first, each with the functions that it is mostly spent in. */
export function layersOf(file: string): readonly LayerTime[] {
  const profile: Profile = JSON.parse(readFileSync(file, "utf8"));
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, Map<string, number>>();
  let busy = 0;
  for (const [at, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    const layer = frame === undefined ? "rest of Node" : layerOf(frame);
    if (frame === undefined || layer === "idle") continue;
    const micros = profile.timeDeltas[at] ?? 0;
    busy += micros;
    const functions = times.get(layer) ?? new Map<string, number>();
    times.set(layer, functions.set(nameOf(frame), (functions.get(nameOf(frame)) ?? 0) + micros));
  }
  const rows = [...times].map(([layer, functions]) => {
    const share = [...functions.values()].reduce((sum, micros) => sum + micros, 0) / busy;
    const top = [...functions].sort(([, a], [, b]) => b - a).slice(0, FUNCTIONS);
    return { layer, share, top: top.map(([name, micros]) => `${name} ${percent(micros / busy)}`) };
  });
  return rows.sort((a, b) => b.share - a.share);
}

const layerOf = ({ functionName, url }: Frame): string =>
  LAYERS.find(([, pattern]) => pattern.test(url || functionName))?.[0] ?? "rest of Node";
const nameOf = ({ functionName, url }: Frame): string =>
  `${functionName || "(anonymous)"}${url === "" ? "" : ` ${url.slice(url.lastIndexOf("/") + 1)}`}`;
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
