import { test } from "node:test";
import { answers, fails, sagaSpec } from "@troupe/saga-coordinator/spec";

const delivery = await sagaSpec({
  file: new URL("../examples/load-delivery.saga.yaml", import.meta.url),
  schemas: new URL("../../schemas/", import.meta.url),
});

test("a parcel that the carrier takes completes the delivery", () => {
  delivery
    .given()
    .playedBy({ ParcelHandOverRequested: answers("ParcelHandedOver") })
    .when("DeliveryStarted")
    .ends("completed");
});

test("a parcel that the carrier refuses leaves nothing to take back", () => {
  delivery
    .given()
    .playedBy({ ParcelHandOverRequested: fails("ParcelRefused") })
    .when("DeliveryStarted")
    .ends("compensated", { handOver: "failed" });
});

test("a carrier who stays silent is asked three times, then the parcel is called back", () => {
  delivery
    .given()
    .playedBy({ ParcelReturnRequested: answers("ParcelReturned") })
    .when("DeliveryStarted")
    .ends("compensated", { handOver: "undone" });
});
