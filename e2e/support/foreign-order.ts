/** OrderPlaced as a foreign producer fills it in: 2 pieces at 18.90, which completes unless the change says otherwise. */
export function foreignOrder(orderId: string, change: object = {}): object {
  return {
    orderId,
    customerId: "customer-of-a-legacy-shop",
    customer: { name: "Grace Murray", email: "grace@example.com" },
    placedAt: Date.now(),
    lines: [{ sku: "LAMP-DESK", quantity: 2, unitPrice: unscaled(1890) }],
    total: unscaled(3780),
    currency: "EUR",
    channel: "SHOP",
    card: "4242424242424242",
    shipTo: { recipient: "Grace Murray", street: "Example Street 2", postalCode: "20095", city: "Hamburg", country: "DE" },
    note: null,
    ...change,
  };
}

/** A decimal as Avro writes it: its unscaled value, big-endian two's complement. Positive values below 2^15. */
function unscaled(hundredths: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(hundredths);
  return bytes;
}
