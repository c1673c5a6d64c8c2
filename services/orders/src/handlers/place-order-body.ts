import { type Static, Type } from "typebox";

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";
const closed = { additionalProperties: false } as const;

const customer = Type.Object(
  {
    name: text(200, "Full name."),
    email: Type.String({ maxLength: 254, pattern: "^[^@\\s]+@[^@\\s]+$", description: "Where the confirmation goes." }),
  },
  closed,
);

const line = Type.Object(
  {
    sku: text(64, "Article number."),
    quantity: Type.Integer({ minimum: 1, maximum: 10_000, description: "Pieces." }),
    unitPrice: Type.String({
      pattern: "^\\d{1,10}(\\.\\d{1,2})?$",
      description: "Price of one piece as text, at most two digits after the point, e.g. 12.50.",
    }),
  },
  closed,
);

const shipTo = Type.Object(
  {
    recipient: text(200, "Name on the parcel."),
    street: text(200, "Street and number."),
    postalCode: text(16, "Postal code as written in the country."),
    city: text(100, "Town."),
    country: Type.String({ pattern: "^[A-Z]{2}$", description: "ISO 3166-1 alpha-2 code." }),
  },
  closed,
);

/** Body of POST /orders. Nothing unknown is taken: a misspelt field is an error, not a silent loss. */
export const placeOrderBody = Type.Object(
  {
    orderId: Type.Optional(
      Type.String({ pattern: UUID, description: "The caller's own id for the order, a UUID: makes the call safe to repeat by itself." }),
    ),
    customerId: text(64, "Stable id of the customer."),
    customer,
    lines: Type.Array(line, { minItems: 1, maxItems: 100 }),
    currency: Type.Enum(["EUR", "USD", "GBP"], { description: "Currency of every amount." }),
    channel: Type.Optional(Type.Enum(["WEB", "SHOP", "PHONE"], { default: "WEB", description: "Where the order comes from." })),
    card: Type.String({ pattern: "^\\d{12,19}$", description: "Card number; docs/test-cards.md says what the test cards do." }),
    shipTo,
    note: Type.Optional(Type.String({ maxLength: 1000, description: "What the customer wrote along." })),
  },
  { ...closed, title: "PlaceOrder" },
);

export type PlaceOrderBody = Static<typeof placeOrderBody>;

/** Answer of POST /orders. */
export const orderAccepted = Type.Object(
  {
    orderId: Type.String({ description: "The order, and the id of its saga." }),
    saga: Type.String({ description: "Where to see how far it is." }),
  },
  { ...closed, title: "OrderAccepted" },
);
