import type { Json } from "@troupe/kernel";
import { seededRandom } from "../system-clock.ts";

/** What is meant to become of an order of the demo. docs/test-cards.md describes each. */
export type Fate = "completed" | "sold-out" | "declined" | "silent" | "late" | "twice" | "refused";

export type DemoOrder = { readonly idempotencyKey: string; readonly fate: Fate; readonly body: Json };

/** Share of each fate in percent; the rest completes. */
const SHARES: ReadonlyArray<readonly [Fate, number]> = [
  ["sold-out", 4],
  ["declined", 5],
  ["silent", 3],
  ["late", 2],
  ["twice", 2],
  ["refused", 4],
];

const CARDS: { readonly [fate in Fate]?: string } = {
  declined: "4000000000000002",
  silent: "4000000000000259",
  late: "4000000000000341",
  twice: "4000000000000408",
};
const GOOD_CARD = "4242424242424242";

type Article = { readonly sku: string; readonly unitPrice: string };
type Place = { readonly postalCode: string; readonly city: string };

const ARTICLES: readonly [Article, ...Article[]] = [
  { sku: "BOOK-COSMOS", unitPrice: "18.90" },
  { sku: "LAMP-DESK", unitPrice: "39.50" },
  { sku: "TEA-ASSAM", unitPrice: "7.25" },
  { sku: "PEN-FOUNTAIN", unitPrice: "24.00" },
];
const PEOPLE: readonly [string, ...string[]] = ["Ada Byron", "Grace Murray", "Emmy Noether", "Lise Meitner", "Hedy Kiesler"];
const CITIES: readonly [Place, ...Place[]] = [
  { postalCode: "10115", city: "Berlin" },
  { postalCode: "20095", city: "Hamburg" },
  { postalCode: "80331", city: "Munich" },
];

/** The `index`-th order of a seed: the same two numbers give the same order, whatever else runs. */
export function makeOrder(seed: number, index: number): DemoOrder {
  const random = seededRandom((seed * 1_000_003 + index * 7_919) >>> 0);
  const fate = fateOf(random.next() * 100);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[Math.floor(random.next() * items.length)] ?? items[0];
  const lines = Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => ({
    ...pick(ARTICLES),
    quantity: 1 + Math.floor(random.next() * 4),
  }));
  const name = pick(PEOPLE);
  const place = pick(CITIES);
  return {
    fate,
    idempotencyKey: `demo-${seed}-${index}`,
    body: {
      customerId: `customer-${Math.floor(random.next() * 50)}`,
      customer: { name, email: `${name.split(" ")[0]?.toLowerCase()}@example.com` },
      lines: fate === "sold-out" ? [...lines, { sku: "SOLD-OUT", quantity: 1, unitPrice: "1.00" }] : lines,
      currency: "EUR",
      card: CARDS[fate] ?? GOOD_CARD,
      shipTo: {
        recipient: name,
        street: `Example Street ${1 + Math.floor(random.next() * 99)}`,
        country: "DE",
        ...place,
        ...(fate === "refused" ? { postalCode: "00000" } : {}),
      },
    },
  };
}

function fateOf(percent: number): Fate {
  let from = 0;
  for (const [fate, share] of SHARES) {
    from += share;
    if (percent < from) return fate;
  }
  return "completed";
}
