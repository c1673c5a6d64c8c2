/** Counts what happens, and how much of it in the busiest second, whenever that began. */
export function watchRate(now: () => number = () => performance.now()) {
  let total = 0;
  let busiest = 0;
  let sum = 0;
  const recent: Array<{ readonly at: number; readonly count: number }> = [];
  return {
    add(count: number): void {
      const at = now();
      recent.push({ at, count });
      total += count;
      sum += count;
      for (let [first] = recent; first !== undefined && first.at <= at - 1000; [first] = recent) {
        sum -= first.count;
        recent.shift();
      }
      busiest = Math.max(busiest, sum);
    },
    total: (): number => total,
    busiestSecond: (): number => busiest,
  };
}
