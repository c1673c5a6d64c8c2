// A producer that knows nothing of Troupe: any Kafka client and any Confluent-compatible serializer will do.
import { randomUUID } from "node:crypto";
import { SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { Kafka, Partitioners } from "kafkajs";

const orderId = randomUUID();
const cents = (amount) => Buffer.from([amount >> 8, amount & 255]); // Avro decimal, two digits after the point: 1450 is 14.50
const order = {
  orderId,
  customerId: "customer-1",
  customer: { name: "Ada Byron", email: "ada@example.com" },
  placedAt: Date.now(),
  lines: [{ sku: "TEA-ASSAM", quantity: 2, unitPrice: cents(725) }],
  total: cents(1450),
  currency: "EUR",
  channel: "SHOP",
  card: "4242424242424242",
  shipTo: { recipient: "Ada Byron", street: "Example Street 1", postalCode: "10115", city: "Berlin", country: "DE" },
  note: null,
};

const registry = new SchemaRegistry({ host: "http://127.0.0.1:18081/apis/ccompat/v7" });
const producer = new Kafka({ clientId: "till", brokers: ["127.0.0.1:19092"] }).producer({
  createPartitioner: Partitioners.DefaultPartitioner, // murmur2, as the Java client computes it
});
const value = await registry.encode(await registry.getLatestSchemaId("shop.orders.OrderPlaced"), order);
const headers = {
  ce_specversion: "1.0",
  ce_id: randomUUID(),
  ce_type: "shop.orders.OrderPlaced",
  ce_source: "/tills/7",
  ce_time: new Date().toISOString(),
  ce_correlationid: orderId,
  "content-type": "application/avro",
};
await producer.connect();
await producer.send({ topic: "orders", messages: [{ key: orderId, value, headers }] });
await producer.disconnect();
console.log(`/v1/sagas/orderFulfilment/${orderId}`);
