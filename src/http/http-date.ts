/**
 * Parses an HTTP date (IMF-fixdate, RFC 850 or asctime) to milliseconds since 1970. `Date.parse` would also accept other
 * formats and days that do not exist, and would read asctime as local time.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
 */
export function readHttpDate(text: string): number | undefined {
  const fixed = text.replace(/^\w{3} (\w{3}) ([ \d]\d) ([\d:]{8}) (\d{4})$/, "asctime, $2 $1 $4 $3 GMT");
  const [, day, month, year, time] = /^\w+, ([ \d]\d)[ -](\w{3})[ -](\d\d|\d{4}) ([\d:]{8}) GMT$/.exec(fixed) ?? [];
  const date = `${day?.replace(" ", "0")} ${month} ${year?.length === 2 ? century(year) : ""}${year} ${time} GMT`;
  const ms = Date.parse(date);
  return new Date(ms).toUTCString().endsWith(` ${date}`) ? ms : undefined; // April 31 would become May 1
}

/** A year of two digits is in this century, unless that would be more than 50 years ahead (RFC 9110, section 5.6.7). */
function century(year: string): number {
  return 2000 + Number(year) > new Date().getUTCFullYear() + 50 ? 19 : 20;
}
