import { connect } from "node:net";
import { HOST } from "./native-server.ts";

/** The first of the ports on which something listens on loopback. */
export async function firstTaken(ports: readonly number[]): Promise<number | undefined> {
  const taken = await Promise.all(ports.map(async (port) => ({ port, listens: await listens(port) })));
  return taken.find(({ listens }) => listens)?.port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const answer = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
