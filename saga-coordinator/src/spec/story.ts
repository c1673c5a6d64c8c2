import type { Stage } from "./stage.ts";

/** What happened, with the time since the first fact, for a failure that can be understood without running it again. */
export function shownStory({ timeline, state }: Pick<Stage, "timeline" | "state">): string {
  const began = timeline[0]?.at ?? 0;
  const lines = timeline.flatMap(({ at, cause, changes }) => [
    `  ${elapsed(at - began).padStart(12)}  ${cause}`,
    ...changes.map(({ text }) => `                ${text}`),
  ]);
  return [`the story so far (the saga is ${state.status}):`, ...lines].join("\n");
}

/** `1d 2h 3m 4.5s`, without what is zero. */
function elapsed(millis: number): string {
  const [days, hours, minutes] = [Math.floor(millis / 86_400_000), Math.floor(millis / 3_600_000) % 24, Math.floor(millis / 60_000) % 60];
  const seconds = (millis % 60_000) / 1000;
  const parts = [days > 0 && `${days}d`, hours > 0 && `${hours}h`, minutes > 0 && `${minutes}m`, seconds > 0 && `${seconds}s`];
  return parts.filter((part) => typeof part === "string").join(" ") || "0s";
}
