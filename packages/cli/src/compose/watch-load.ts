export type LoadWatch = { shedding(): { readonly reason: string } | null; stop(): void };

const LOOK_MILLIS = 20;
/** Looks that must all have come late: one pause of the garbage collector or one slow disk is no overload. */
const LOOKS = 4;

/**
 * Watches how late the process is for its own timers: what everything shares that runs in it, services, coordinator, HTTP.
 * While it is later than `mostMillis` look after look, requests that change something are turned away before anything of
 * them is read, which costs next to nothing, so that what was accepted goes on.
 */
export function watchLoad(mostMillis: number): LoadWatch {
  let seen = performance.now();
  let late: readonly number[] = [];
  const timer = setInterval(() => {
    const now = performance.now();
    late = [now - seen - LOOK_MILLIS, ...late].slice(0, LOOKS);
    seen = now;
  }, LOOK_MILLIS).unref();
  return {
    shedding: () => {
      const least = Math.min(...late);
      return late.length === LOOKS && least > mostMillis ? { reason: `it runs ${Math.round(least)} ms late` } : null;
    },
    stop: () => clearInterval(timer),
  };
}
