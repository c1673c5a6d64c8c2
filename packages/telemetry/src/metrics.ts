import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { METRIC } from "./names.ts";

/** What became of a record. `skipped`: a type that nobody here wants. `unexpected`: kept, but it fits no step. `parked`: it waits under its key. */
export type RecordOutcome = "folded" | "duplicate" | "skipped" | "unexpected" | "parked" | "dead-letter";

/** What a process counts. Amounts come in batches, so that counting costs nothing per record. `group` is the consumer group. */
export type Metrics = {
  records(group: string, outcome: RecordOutcome, count: number): void;
  batch(group: string, records: number): void;
  /** Time from asking for a commit to its outcome, seconds. */
  committed(group: string, seconds: number): void;
  conflicts(group: string, count: number): void;
  duplicates(group: string, count: number): void;
  deadLetters(group: string, code: string, count: number): void;
  published(group: string, count: number): void;
  timersFired(group: string, count: number): void;
  sagaEnded(definition: string, status: string): void;
  /** Entries decided and not yet published. */
  outboxUnsent(group: string, entries: number): void;
  /** Records between the committed offset and the end of a partition. */
  lag(at: { readonly group: string; readonly topic: string; readonly partition: number }, records: number): void;
  /** Number of sagas by status; a status that is not named any more goes to 0. */
  sagas(definition: string, byStatus: { readonly [status: string]: number }): void;
  httpRequest(request: { readonly method: string; readonly route: string; readonly status: number; readonly seconds: number }): void;
  /** Called before each scrape, to set gauges that must be asked for. One that fails is counted and does not fail the scrape. */
  onScrape(collect: () => void | Promise<void>): void;
  /** Prometheus text format. */
  text(): Promise<string>;
  /** Content type of `text`. */
  readonly contentType: string;
};

export type MetricsOptions = {
  /** Also memory, event loop and garbage collector of the process. Default true. */
  readonly process?: boolean;
};

const FAST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

/** One registry of its own: two of them in a process do not meet. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.process ?? true) collectDefaultMetrics({ register: registry });
  const collectors: (() => void | Promise<void>)[] = [];
  const scrapeFailures = counter(registry, METRIC.scrapeFailures, "Gauges that could not be asked for at a scrape.", []);
  return {
    ...engineMetrics(registry),
    ...sagaMetrics(registry),
    ...httpMetrics(registry),
    onScrape: (collect) => void collectors.push(collect),
    text: async () => {
      const results = await Promise.allSettled(collectors.map(async (collect) => collect()));
      scrapeFailures.inc(results.filter((result) => result.status === "rejected").length);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

type EngineMetrics = Omit<Metrics, "sagaEnded" | "sagas" | "httpRequest" | "onScrape" | "text" | "contentType">;

function engineMetrics(registry: Registry): EngineMetrics {
  const group = ["group"] as const;
  const records = counter(registry, METRIC.records, "Records read, by what became of them.", ["group", "outcome"]);
  const batches = counter(registry, METRIC.batches, "Batches worked on.", group);
  const batchRecords = histogram(registry, METRIC.batchRecords, { help: "Records in a batch.", labels: group, buckets: SIZES });
  const commits = histogram(registry, METRIC.commitSeconds, { help: "Time of a commit.", labels: group, buckets: FAST });
  const conflicts = counter(registry, METRIC.conflicts, "Guarded writes that another writer won.", group);
  const duplicates = counter(registry, METRIC.duplicates, "Facts that were folded before.", group);
  const deadLetters = counter(registry, METRIC.deadLetters, "Records put away, by error code.", ["group", "code"]);
  const published = counter(registry, METRIC.published, "Records published.", group);
  const timers = counter(registry, METRIC.timersFired, "Timers fired.", group);
  const unsent = gauge(registry, METRIC.outboxUnsent, "Outbox entries not yet published.", group);
  const lag = gauge(registry, METRIC.lag, "Records behind the end of a partition.", ["group", "topic", "partition"]);
  return {
    records: (name, outcome, count) => records.labels(name, outcome).inc(count),
    batch: (name, count) => {
      batches.labels(name).inc();
      batchRecords.labels(name).observe(count);
    },
    committed: (name, seconds) => commits.labels(name).observe(seconds),
    conflicts: (name, count) => conflicts.labels(name).inc(count),
    duplicates: (name, count) => duplicates.labels(name).inc(count),
    deadLetters: (name, code, count) => deadLetters.labels(name, code).inc(count),
    published: (name, count) => published.labels(name).inc(count),
    timersFired: (name, count) => timers.labels(name).inc(count),
    outboxUnsent: (name, entries) => unsent.labels(name).set(entries),
    lag: (at, count) => lag.labels(at.group, at.topic, String(at.partition)).set(count),
  };
}

function sagaMetrics(registry: Registry): Pick<Metrics, "sagaEnded" | "sagas"> {
  const ended = counter(registry, METRIC.sagasEnded, "Sagas that ended, by how.", ["definition", "status"]);
  const sagas = gauge(registry, METRIC.sagas, "Sagas by status.", ["definition", "status"]);
  const seen = new Map<string, Set<string>>();
  return {
    sagaEnded: (definition, status) => ended.labels(definition, status).inc(),
    sagas: (definition, byStatus) => {
      const statuses = seen.get(definition) ?? new Set();
      seen.set(definition, statuses);
      for (const status of Object.keys(byStatus)) statuses.add(status);
      for (const status of statuses) sagas.labels(definition, status).set(byStatus[status] ?? 0);
    },
  };
}

function httpMetrics(registry: Registry): Pick<Metrics, "httpRequest"> {
  const labels = ["method", "route", "status"] as const;
  const seconds = histogram(registry, METRIC.httpSeconds, { help: "Time of HTTP requests.", labels, buckets: FAST });
  return { httpRequest: (request) => seconds.labels(request.method, request.route, String(request.status)).observe(request.seconds) };
}

type Shape<Label extends string> = { readonly help: string; readonly labels: readonly Label[]; readonly buckets: readonly number[] };

function counter<Label extends string>(registry: Registry, ...[name, help, labels]: [string, string, readonly Label[]]): Counter<Label> {
  return new Counter({ name, help, labelNames: [...labels], registers: [registry] });
}

function gauge<Label extends string>(registry: Registry, ...[name, help, labels]: [string, string, readonly Label[]]): Gauge<Label> {
  return new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
}

function histogram<Label extends string>(registry: Registry, name: string, shape: Shape<Label>): Histogram<Label> {
  const { help, labels, buckets } = shape;
  return new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] });
}
