/**
 * Writes the golden records anew: `node packages/codec/test/golden/write.ts`. Every difference is a change of the wire
 * and needs a line in the changelog. partitions.json and ids.json come from elsewhere and are never written.
 */
import { writeFileSync } from "node:fs";
import { bench, envelope, goldenIds, hex, LAB, SAMPLES, SHOP } from "../support/parts.ts";

const benches = [await bench(SHOP, goldenIds()), await bench(LAB, goldenIds())];
const records = Object.entries(SAMPLES).map(([event, json]) => {
  const codec = benches.find(({ codec: candidate }) => candidate.events.some(({ name }) => name === event))?.codec;
  if (codec === undefined) throw new Error(`${event} is in no folder`);
  const stated = { ...envelope(event), causationId: "cause-1", effect: "orderFulfilment/1", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
  const { topic, key, value, headers } = codec.encode({ envelope: stated, payload: codec.fromJson(event, json) });
  const headersHex = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text).toString("hex")]);
  return { event, json, envelope: stated, topic, key: Buffer.from(key).toString("hex"), value: hex(value), headers: headersHex };
});
writeFileSync(new URL("records.json", import.meta.url), `${JSON.stringify(records, null, 1)}\n`);
