import { isZone, whyNoCron } from "../../cron-text.ts";
import type { Checking } from "../checking.ts";

/** A schedule that can come round, in a zone that exists (rule 17). */
export function checkStart({ definition, source }: Checking): void {
  const { cron } = definition;
  if (cron === undefined) return;
  const why = whyNoCron(cron.cron);
  if (why !== undefined) {
    const message = `\`cron\` is \`${cron.cron}\`: ${why}; allowed are five fields, minute hour day month weekday, e.g. 0 6 * * 1-5`;
    source.report("start.0.cron", { code: "cron-invalid", message });
  }
  if (!isZone(cron.zone)) {
    const message = `\`zone\` is \`${cron.zone}\`; allowed are IANA time zones such as Europe/Berlin`;
    source.report("start.0.zone", { code: "zone-invalid", message });
  }
}
