import assert from "node:assert/strict";
import { test } from "node:test";
import { TroupeError } from "@troupe/kernel";
import { createLog, type LogOptions } from "../src/index.ts";

function written(options: Partial<LogOptions> = {}): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", destination: { write: (line) => lines.push(line) }, ...options });
  return { lines, log };
}

test("a JSON line carries level, time, text and the fields of its child", () => {
  const { lines, log } = written();
  log.child({ role: "orders" }).info({ sagaId: "o-1" }, "saga started");
  const { time, ...rest } = JSON.parse(lines[0] ?? "") as { time: string };
  assert.ok(!Number.isNaN(Date.parse(time)));
  assert.deepEqual(rest, { level: "info", role: "orders", sagaId: "o-1", text: "saga started" });
});

test("personal data is masked at any depth, in children too", () => {
  const { lines, log } = written({ pii: new Set(["email"]) });
  log.child({ customer: { email: "a@b.c" } }).warn({ list: [{ email: "d@e.f", id: 1 }] }, "x");
  assert.doesNotMatch(lines[0] ?? "", /@/);
  assert.match(lines[0] ?? "", /"list":\[\{"email":"\[masked\]","id":1\}\]/);
});

test("an error becomes its sentence; its stack only shows at level debug", () => {
  const error = new TroupeError("PORT_IN_USE", { port: 80, host: "127.0.0.1" });
  const { lines, log } = written();
  log.error({ error }, "stopped");
  assert.match(lines[0] ?? "", /"error":"PORT_IN_USE: Port 80 on 127\.0\.0\.1 is in use\./);
  assert.doesNotMatch(lines[0] ?? "", /\.ts:/);
  const debug = written({ level: "debug" });
  debug.log.error({ error }, "stopped");
  assert.match(debug.lines[0] ?? "", /"stack":/);
});

test("lines below the level are not written", () => {
  const { lines, log } = written({ level: "warn" });
  log.info({}, "quiet");
  log.debug({}, "quiet");
  assert.deepEqual(lines, []);
});

test("longs and bytes do not break a line", () => {
  const { lines, log } = written();
  log.info({ big: 2n ** 60n, bytes: new Uint8Array(3) }, "x");
  assert.match(lines[0] ?? "", /"big":"1152921504606846976","bytes":"3 bytes"/);
});

test("the pretty form is one readable line, whatever the text holds", () => {
  const { lines, log } = written({ format: "pretty" });
  log.warn({ sagaId: "o-1", reason: "two words\nand a break" }, "text\nbroken");
  assert.match(lines[0] ?? "", /^\d\d:\d\d:\d\d\.\d{3} warn {2}text\\nbroken sagaId=o-1 reason="two words\\nand a break"\n$/);
});
