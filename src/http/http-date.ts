const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** IMF-fixdate, RFC 850 and asctime, with the names of what they hold. */
const HTTP_DATES = [
  /^\w{3}, (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^\w{6,9}, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];

/**
 * An HTTP date → milliseconds since 1970. `Date.parse` takes more than these three forms, and asctime as local time.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
 */
export function readHttpDate(text: string): number | undefined {
  const { day, month, year, time } = HTTP_DATES.map((form) => form.exec(text)?.groups).find(Boolean) ?? {};
  const monthIndex = MONTHS.indexOf(month ?? "");
  if (!day || !year || !time || monthIndex < 0) return undefined;
  const [hours, minutes, seconds] = time.split(":").map(Number) as [number, number, number];
  const date = Date.UTC(fullYear(Number(year)), monthIndex, Number(day), hours, minutes, seconds);
  // There is no 31st of April and no hour 25; Date.UTC would carry them over.
  return new Date(date).getUTCDate() === Number(day) && hours < 24 && minutes < 60 && seconds < 61 ? date : undefined;
}

/** Two digits are the year of this century, unless that is more than 50 years ahead (RFC 9110, section 5.6.7). */
function fullYear(year: number): number {
  if (year > 99) return year;
  const now = new Date().getUTCFullYear();
  const guess = now - (now % 100) + year;
  return guess > now + 50 ? guess - 100 : guess;
}
