import type { Clock, SubscribeOptions } from "@troupe/kernel";
import type { Cluster } from "kafkajs";
import { isProtocolError } from "./errors.ts";

const TRY_EVERY_MS = 200;

export type LeaveOptions = {
  readonly cluster: Cluster | undefined;
  readonly subscription: Pick<SubscribeOptions, "group">;
  readonly clock: Clock;
  readonly sessionTimeoutMs: number;
  gaveUp(): boolean;
};

/** The part of kafkajs' broker that its types leave out. */
type Coordinator = { leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown> };

/**
 * Takes a member that crashed out of its group. Without it the group waits for that member's session to time out before
 * the next one gets any partition. A coordinator that has just started refuses for a while, so this tries again until the
 * session would be over anyway. Never rejects.
 */
export async function leaveFor(memberId: string, options: LeaveOptions): Promise<void> {
  const { cluster, clock, subscription, sessionTimeoutMs } = options;
  const until = clock.now() + sessionTimeoutMs;
  while (!options.gaveUp() && clock.now() < until) {
    try {
      const broker: unknown = await cluster?.findGroupCoordinator({ groupId: subscription.group });
      const coordinator = broker as Coordinator | undefined; // kafkajs' Broker class has the method
      await coordinator?.leaveGroup({ groupId: subscription.group, memberId });
      return;
    } catch (error) {
      if (isProtocolError(error, "UNKNOWN_MEMBER_ID")) return;
      await clock.sleep(TRY_EVERY_MS);
    }
  }
}
