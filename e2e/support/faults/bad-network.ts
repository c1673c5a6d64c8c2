import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { cleanUp, type Scope } from "../troupe.ts";
import { type Frame, frameReader, type Protocol } from "./frames.ts";

export type NetworkOptions = {
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Port of the real server. */
  readonly target: number;
  readonly protocol: Protocol;
};

type Link = { readonly client: Socket; readonly server: Socket; readonly lost: Set<number>; lastReply: Promise<void> };
type Loss = { readonly kind: string; left: number; readonly done: () => void };

const HOST = "127.0.0.1";

/** Starts a proxy in front of a server; it is closed at the end of the scope. Rejects when its port is taken. */
export async function badNetwork(scope: Scope, options: NetworkOptions): Promise<BadNetwork> {
  const made = new BadNetwork(options);
  await made.heal();
  cleanUp(scope, () => made.cut());
  return made;
}

/** A network between clients and a real server that fails on demand; every byte that passes is the server's or a client's own. */
export class BadNetwork {
  readonly #options: NetworkOptions;
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #port: number;
  #silent = false;
  #delayMillis = 0;
  #loss: Loss | undefined;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections break, new ones are refused. */
  async cut(): Promise<void> {
    const closing = this.#server;
    this.#server = undefined;
    const closed = closing === undefined ? undefined : once(closing, "close");
    closing?.close();
    this.#breakAll();
    await closed;
  }

  /** Connections stay and new ones are taken, but nothing passes any more: a cable that was pulled. */
  silence(): void {
    this.#silent = true;
  }

  /** Each reply comes so much later; their order is kept. */
  delay(millis: number): void {
    this.#delayMillis = millis;
  }

  /**
   * The reply of the n-th request of this kind from now on is lost and its connection breaks: the server has done the work
   * and the client does not know. Resolves when that has happened.
   */
  loseReply(kind: string, nth: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#loss = { kind, left: nth, done: resolve };
    return promise;
  }

  /** Passes everything again. Connections that were silent break, as those do whose other end has given them up. */
  async heal(): Promise<void> {
    this.#delayMillis = 0;
    if (this.#silent) this.#breakAll();
    this.#silent = false;
    if (this.#server !== undefined) return;
    this.#server = createServer((client) => this.#onClient(client)).listen(this.#port, HOST);
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
  }

  #onClient(client: Socket): void {
    const { target, protocol } = this.#options;
    const link: Link = { client, server: connect({ host: HOST, port: target }), lost: new Set(), lastReply: Promise.resolve() };
    this.#links.add(link);
    client.on(
      "data",
      frameReader(protocol, (request) => this.#onRequest(link, request)),
    );
    link.server.on(
      "data",
      frameReader(protocol, (reply) => this.#onReply(link, reply)),
    );
    for (const socket of [client, link.server]) {
      socket.on("error", () => {}); // "close" follows
      socket.on("close", () => {
        if (!this.#silent) this.#break(link);
      });
    }
  }

  #onRequest(link: Link, request: Frame): void {
    if (this.#silent) return;
    const { protocol } = this.#options;
    const loss = this.#loss;
    if (loss?.kind === protocol.kindOf(request)) {
      loss.left -= 1;
      if (loss.left === 0) link.lost.add(protocol.idOf(request));
    }
    link.server.write(request);
  }

  #onReply(link: Link, reply: Frame): void {
    if (this.#silent) return;
    if (link.lost.has(this.#options.protocol.answers(reply))) {
      this.#break(link);
      return;
    }
    const due = this.#delayMillis === 0 ? undefined : new Promise<void>((resolve) => setTimeout(resolve, this.#delayMillis));
    link.lastReply = passAfter(link, { reply, due });
  }

  /** A reply that was to be lost is lost now, also when the connection breaks before it came. */
  #break(link: Link): void {
    this.#links.delete(link);
    if (link.lost.size > 0) {
      link.lost.clear();
      this.#loss?.done();
      this.#loss = undefined;
    }
    link.client.destroy();
    link.server.destroy();
  }

  #breakAll(): void {
    for (const link of [...this.#links]) this.#break(link);
  }
}

/** Passes the reply on behind those before it, and not before it is due. */
async function passAfter({ client, lastReply }: Link, { reply, due }: { reply: Frame; due: Promise<void> | undefined }): Promise<void> {
  await lastReply;
  await due;
  if (!client.destroyed) client.write(reply);
}
