import type { Json } from "@troupe/kernel";
import type { EventMap, ServiceDefinition } from "@troupe/service-kit";
import {
  atRest,
  delayed,
  finish,
  loose,
  type Running,
  receive,
  type Service,
  type Standing,
  type Step,
  type Told,
} from "./service-spec.ts";

const TOPIC: { readonly [prefix: string]: string } = {
  Order: "orders",
  Stock: "inventory",
  Payment: "payments",
  Refund: "payments",
  Shipment: "shipping",
};

type Player = {
  readonly service: Service;
  standing: Standing;
  /** Position per topic: order holds within a topic, not between topics. */
  readonly readTo: Map<string, number>;
  readonly seen: Set<string>;
  running: readonly Running[];
};

/** One order among several services that hear of each other over topics only. Who does something next is the caller's choice. */
export type Stage = {
  /** Puts an event onto its topic. */
  say(event: Told): void;
  /** Each choice picks one of the moves that are possible then; with `toTheEnd` the first possible one is taken until none is left. */
  play(choices: readonly number[], options?: { readonly toTheEnd: boolean }): Promise<void>;
  stateOf(service: string): Json;
  /** What was published, sorted: the order between services is the schedule's. */
  names(): readonly string[];
};

type AnyService = { readonly name: string; readonly entity: { readonly initial: Json } };

export function createStage(definitions: readonly AnyService[], said: readonly Told[]): Stage {
  const topics = new Map<string, Told[]>();
  const players = definitions.map(toPlayer);
  const say = (event: Told) => void topics.set(topicOf(event), [...(topics.get(topicOf(event)) ?? []), event]);
  said.forEach(say);

  const settle = (player: Player, step: Step) => {
    player.standing = step.standing;
    player.running = [...player.running, ...step.running];
    for (const message of step.published) if (message.afterMillis === undefined) say(message);
  };
  const read = (player: Player, topic: string) => {
    const at = player.readTo.get(topic) ?? 0;
    player.readTo.set(topic, at + 1);
    const event = topics.get(topic)?.[at];
    if (event === undefined || player.seen.has(event.id)) return;
    player.seen.add(event.id);
    settle(player, receive(player.service, player.standing, event));
  };
  const end = async (player: Player, running: Running) => {
    player.running = player.running.filter((one) => one !== running);
    settle(player, await finish(player.service, player.standing, running));
  };
  const movesOf = (player: Player): readonly (() => unknown)[] => [
    ...[...topics.entries()]
      .filter(([topic, events]) => (player.readTo.get(topic) ?? 0) < events.length)
      .map(
        ([topic]) =>
          () =>
            read(player, topic),
      ),
    ...player.running.map((running) => () => end(player, running)),
  ];
  /** Messages that wait come last in a fixed order, since they wait for longer than anything else takes. */
  const moves = (): readonly (() => unknown)[] => [
    ...players.flatMap(movesOf),
    ...players.flatMap((player) => delayed(player.service, player.standing).map((speak) => () => settle(player, speak()))).slice(0, 1),
  ];
  return {
    say,
    stateOf: (name) => players.find(({ service }) => service.definition.name === name)?.standing.state ?? null,
    names: () =>
      [...topics.values()]
        .flat()
        .map(({ name }) => name)
        .sort(),
    async play(choices, { toTheEnd } = { toTheEnd: true }) {
      for (const choice of choices) {
        const possible = moves();
        await possible[choice % Math.max(1, possible.length)]?.();
      }
      for (let [move] = moves(); toTheEnd && move !== undefined; [move] = moves()) await move();
    },
  };
}

function toPlayer(definition: AnyService): Player {
  const service = loose(definition as ServiceDefinition<EventMap, Json>); // `loose` forgets the names anyway
  return { service, standing: atRest(service), readTo: new Map(), seen: new Set(), running: [] };
}

function topicOf({ name }: Told): string {
  return TOPIC[/^[A-Z][a-z]+/.exec(name)?.[0] ?? ""] ?? "elsewhere";
}
