import { type HttpFace, startHttp } from "@troupe/http";
import { inventory } from "@troupe/inventory";
import { orders } from "@troupe/orders";
import { payments } from "@troupe/payments";
import { apiRole, coordinatorRole } from "@troupe/saga-coordinator";
import { type Role, serviceRole } from "@troupe/service-kit";
import { shipping } from "@troupe/shipping";
import type { Config } from "../config.ts";
import { type MakeLog, openPlatform, type Platform } from "./open-platform.ts";
import { readDefinitions } from "./read-definitions.ts";
import { watchClock } from "./watch-clock.ts";
import { watchLoad } from "./watch-load.ts";

/** Roles by name: each can be a process of its own, all can be one. */
const ROLES: { readonly [name: string]: (platform: Platform) => Promise<Role> | Role } = {
  orders: (platform) => serviceRole(orders, platform.ports("orders")),
  inventory: (platform) => serviceRole(inventory, platform.ports("inventory")),
  payments: (platform) => serviceRole(payments, platform.ports("payments")),
  shipping: (platform) => serviceRole(shipping, platform.ports("shipping")),
  coordinator: (platform) =>
    coordinatorRole(platform.ports("saga-coordinator"), { definitions: readDefinitions(platform.config.sagasDir) }),
  api: (platform) => apiRole(platform.ports("api"), { definitions: readDefinitions(platform.config.sagasDir) }),
};

export const ROLE_NAMES = Object.keys(ROLES);

export type RunningProcess = { readonly platform: Platform; readonly http: HttpFace; stop(): Promise<void> };

/**
 * Opens the platform, starts the roles, and serves their routes with health, readiness and metrics on one port.
 * Rejects with one TroupeError and leaves nothing running when anything can't start.
 */
export async function startProcess(config: Config, roleNames: readonly string[], makeLog: MakeLog): Promise<RunningProcess> {
  const platform = await openPlatform(config, makeLog);
  const load = watchLoad(config.lateMillis);
  const started: Role[] = [];
  const stopRoles = async (): Promise<void> => void (await Promise.allSettled(started.map((role) => role.stop())));
  try {
    const roles = await Promise.all(roleNames.map((name) => ROLES[name]?.(platform) ?? Promise.reject(new TypeError(`no role ${name}`))));
    for (const role of roles) {
      started.push(role);
      await role.start();
    }
    const http = await startHttp({
      host: config.host,
      port: config.port,
      routes: [...roles.flatMap(({ routes }) => routes), ...platform.routes],
      readiness: roles.flatMap(({ readiness }) => readiness),
      metrics: platform.metrics,
      log: platform.log,
      info: { title: "Troupe", version: "0.1.0" },
      bodyLimitBytes: config.bodyLimitBytes,
      shedding: load.shedding,
    });
    const stopping = new AbortController();
    const { clock, log } = platform;
    void watchClock({ clock, log, wall: Date.now }, stopping.signal);
    return {
      platform,
      http,
      stop: async () => {
        stopping.abort();
        load.stop();
        await http.close();
        await stopRoles();
        await platform.close();
      },
    };
  } catch (error) {
    load.stop();
    await stopRoles();
    await platform.close();
    throw error;
  }
}
