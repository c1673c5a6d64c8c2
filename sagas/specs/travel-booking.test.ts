import assert from "node:assert/strict";
import { test } from "node:test";
import { after, answers, answersLate, type Cast, event, fails, sagaSpec, silent } from "@troupe/saga-coordinator/spec";

const file = new URL("../examples/travel-booking.saga.yaml", import.meta.url);
const schemas = new URL("../../schemas/", import.meta.url);
const trip = await sagaSpec({ file, schemas });

const everybodyHelps: Cast = {
  FlightBookingRequested: answers("FlightBooked", { reference: "FL-1" }),
  HotelBookingRequested: answers("HotelBooked", { reference: "HO-1" }),
  CarBookingRequested: answers("CarBooked"),
  InsuranceRequested: answers("InsuranceReserved"),
  SeatRequested: answers("SeatReserved"),
  LoungeRequested: answers("LoungeReserved"),
  TripConfirmationRequested: answers("TripConfirmed"),
  FlightCancellationRequested: answers("FlightCancelled"),
  HotelCancellationRequested: answers("HotelCancelled"),
  CarCancellationRequested: answers("CarCancelled"),
  InsuranceReleaseRequested: answers("InsuranceReleased"),
  SeatReleaseRequested: answers("SeatReleased"),
  LoungeReleaseRequested: answers("LoungeReleased"),
};

test("flight, hotel and car are asked for side by side", () => {
  trip
    .when(event("TripRequested", { to: "LIS" }))
    .then({ name: "FlightBookingRequested", payload: { to: "LIS" } }, "HotelBookingRequested", "CarBookingRequested");
});

test("extras are asked for once the flight is booked", () => {
  trip.given("TripRequested").when("FlightBooked").then("InsuranceRequested", "SeatRequested", "LoungeRequested");
});

test("when everybody helps, the trip is confirmed with the booking of the flight", () => {
  const story = trip.given().playedBy(everybodyHelps).when("TripRequested").ends("completed");
  assert.equal(story.requests.at(-1), "TripConfirmationRequested");
});

test("one of three extras may be refused, two may not", () => {
  const oneLess = { ...everybodyHelps, LoungeRequested: fails("LoungeRefused") };
  trip.given().playedBy(oneLess).when("TripRequested").ends("completed", { openLounge: "failed", confirmTrip: "done" });
  const twoLess = { ...oneLess, SeatRequested: fails("SeatRefused") };
  trip.given().playedBy(twoLess).when("TripRequested").ends("compensated", { insure: "undone", bookFlight: "undone" });
});

test("without a hotel everything is given back together: what depends on the flight before the flight", () => {
  trip
    .given("TripRequested", "FlightBooked", "CarBooked", "InsuranceReserved", "SeatReserved", "LoungeReserved")
    .when("HotelUnavailable")
    .then("LoungeReleaseRequested", "SeatReleaseRequested", "InsuranceReleaseRequested", "CarCancellationRequested");
});

test("in reverse, one thing is given back at a time", async () => {
  const reverse = await sagaSpec({ file, schemas, change: (text) => text.replace("compensation: parallel", "compensation: reverse") });
  const booked = reverse.given("TripRequested", "FlightBooked", "CarBooked", "InsuranceReserved", "SeatReserved", "LoungeReserved");
  booked.when("HotelUnavailable").then("LoungeReleaseRequested");
  reverse
    .given()
    .playedBy({ ...everybodyHelps, HotelBookingRequested: fails("HotelUnavailable") })
    .when("TripRequested")
    .ends("compensated");
});

test("an airline that stays silent is asked three times, then the trip is given back, its flight too", () => {
  const story = trip
    .given()
    .playedBy({ ...everybodyHelps, FlightBookingRequested: silent })
    .when("TripRequested")
    .ends("compensated");
  assert.equal(story.requests.filter((name) => name === "FlightBookingRequested").length, 3);
  assert.ok(story.requests.includes("FlightCancellationRequested"), "it may have been booked all the same");
});

test("a car that is booked although the trip was given back is given back too", () => {
  const late = { ...everybodyHelps, CarBookingRequested: answersLate("CarBooked", "3h"), HotelBookingRequested: fails("HotelUnavailable") };
  const story = trip.given().playedBy(late).when("TripRequested").ends("compensated", { bookCar: "undone" });
  assert.equal(story.requests.filter((name) => name === "CarCancellationRequested").length, 2);
});

test("a hotel that stays silent for ten minutes turns the trip back, and is given back although it may never have been booked", () => {
  const story = trip
    .given()
    .playedBy({ ...everybodyHelps, HotelBookingRequested: silent })
    .when("TripRequested")
    .ends("compensated");
  assert.ok(story.requests.includes("HotelCancellationRequested"));
  trip.given("TripRequested", after("9m")).when("HotelBooked").thenNothing();
});
