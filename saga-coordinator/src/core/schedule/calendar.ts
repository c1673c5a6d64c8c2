export const DAY_MILLIS = 86_400_000;

/** Day of the proleptic Gregorian calendar for a count of days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
export function dateOf(days: number): { readonly month: number; readonly day: number; readonly weekday: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { month, day, weekday: (((days + 4) % 7) + 7) % 7 };
}

/** Days since 1970-01-01 of a date; the inverse of `dateOf`. */
export function daysOf({ year, month, day }: { readonly year: number; readonly month: number; readonly day: number }): number {
  const ofMarch = month > 2 ? year : year - 1;
  const era = Math.floor(ofMarch / 400);
  const yearOfEra = ofMarch - era * 400;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + ofYear - 719_468;
}
