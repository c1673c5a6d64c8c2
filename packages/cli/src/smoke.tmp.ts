import { inventory } from "@troupe/inventory"; import { orders } from "@troupe/orders"; import { payments } from "@troupe/payments"; import { shipping } from "@troupe/shipping";
import { serviceRole } from "@troupe/service-kit"; import { startHttp } from "@troupe/http"; import { createLog } from "@troupe/telemetry";
import { openPlatform } from "./compose/open-platform.ts"; import { readConfig } from "./config.ts"; import { placeOrders } from "./demo/place-orders.ts"; import { readLog } from "./audit/read-log.ts";
const config = readConfig({}, { dataDir: "/tmp/smoke" + process.pid, port: "0" });
const log = createLog({ level: "info", format: "pretty", destination: process.stderr });
const platform = await openPlatform(config, log);
const roles = [orders, inventory, payments, shipping].map((d: any) => serviceRole(d, platform.ports(d.name)));
for (const r of roles) await r.start();
const http = await startHttp({ port: 0, routes: roles.flatMap(r => [...r.routes]), readiness: roles.flatMap(r => [...r.readiness]), metrics: platform.metrics, log, info: { title: "t", version: "1" } });
const t0 = Date.now();
console.log(await placeOrders({ address: http.address, seed: 7, from: 0, count: Number(process.argv[2] ?? 50), clock: platform.clock, signal: new AbortController().signal, onAccepted: () => {} }), Date.now() - t0);
await platform.clock.sleep(1000);
console.log(await (await fetch(http.address + "/readyz")).text());
const ledger = await readLog({ bus: platform.bus, codec: platform.codec, group: "audit", topics: ["orders", "inventory", "payments", "shipping"] });
let c: any = {}; for (const [, t] of ledger.orders) { const k = [t.placed, t.reservations.size, t.payments.size, t.parcels.size].join(); c[k] = (c[k] ?? 0) + 1; }
console.log(c); console.log(await platform.store.deadLetters.list({ limit: 3 }));
await http.close(); for (const r of roles) await r.stop(); await platform.close(); console.log("closed", Date.now() - t0);
