/** One request or reply as it lies on the wire, whole. */
export type Frame = Buffer;

/** How a protocol cuts its stream into frames, and what a request asks for. */
export type Protocol = {
  /** Bytes of the frame that begins here, as soon as that can be said; undefined before. */
  length(bytes: Buffer): number | undefined;
  /** Name of what a request asks for, e.g. `produce` or `update`. */
  kindOf(request: Frame): string;
  /** A number that a request and its reply share. */
  idOf(request: Frame): number;
  answers(reply: Frame): number;
};

/** Api keys of the requests that tests name (Kafka protocol guide, "Api Keys"). */
const API_KEYS = new Map([
  [0, "produce"],
  [1, "fetch"],
  [8, "offset commit"],
  [11, "join group"],
  [12, "heartbeat"],
]);

/** Kafka: a big-endian size, then api key, version and correlation id; a reply begins with the correlation id. */
export const KAFKA_PROTOCOL: Protocol = {
  length: (bytes) => (bytes.length < 4 ? undefined : 4 + bytes.readInt32BE(0)),
  kindOf: (request) => API_KEYS.get(request.readInt16BE(4)) ?? `api ${request.readInt16BE(4)}`,
  idOf: (request) => request.readInt32BE(8),
  answers: (reply) => reply.readInt32BE(4),
};

const OP_MSG = 2013;

/** MongoDB: a header of four little-endian numbers (length, id, id answered, operation), then flags and sections. */
export const MONGO_PROTOCOL: Protocol = {
  length: (bytes) => (bytes.length < 4 ? undefined : bytes.readInt32LE(0)),
  kindOf: (request) => (request.readInt32LE(12) === OP_MSG ? commandOf(request) : "handshake"),
  idOf: (request) => request.readInt32LE(4),
  answers: (reply) => reply.readInt32LE(8),
};

/** The first field of the body section is the command: section kind (21 is where it lies), BSON length, type of the field, its name. */
function commandOf(request: Frame): string {
  const name = 16 + 4 + 1 + 4 + 1;
  return request.toString("utf8", name, request.indexOf(0, name));
}

/** Collects chunks and hands over whole frames. */
export function frameReader(protocol: Protocol, onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const length = protocol.length(held);
      if (length === undefined || held.length < length) return;
      const frame = held.subarray(0, length);
      held = held.subarray(length);
      onFrame(frame);
    }
  };
}
