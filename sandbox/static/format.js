/** Numbers, sizes, dates and names as people read them. */

/** @param {number} number */
export const count = (number) => Math.round(number).toLocaleString("en-US");

/** @param {number} part @param {number} whole */
export const percent = (part, whole) => (whole ? Math.floor((100 * part) / whole) : 0);

/** @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** @param {number} unix */
export const clock = (unix) =>
  new Date(unix * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** "Today", "Yesterday" or the date. @param {number} unix */
export function day(unix) {
  const date = new Date(unix * 1000);
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  if (date >= midnight) return "Today";
  midnight.setDate(midnight.getDate() - 1);
  if (date >= midnight) return "Yesterday";
  return date.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

const STEPS = /** @type {const} */ ([
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
]);

/** @param {number} unix @param {string} language */
function relative(unix, language) {
  const seconds = unix - Date.now() / 1000;
  const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? STEPS[3];
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" })
    .format(Math.round(seconds / size), unit);
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const PARTS = {
  w: { weekday: "long" },
  d: { day: "numeric", month: "numeric", year: "2-digit" },
  D: { day: "numeric", month: "long", year: "numeric" },
  t: { hour: "numeric", minute: "2-digit" },
  T: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/**
 * A `date_time` entity as Telegram's apps show it: in the reader's language and time zone.
 * @param {number} unix @param {string} format `r`, or any of `t T d D w` @param {string} language
 */
export function dateTime(unix, format, language) {
  if (format === "r") return relative(unix, language);
  const options = Object.assign({}, ...[...format].map((letter) => PARTS[letter] ?? {}));
  return new Intl.DateTimeFormat(language, options).format(new Date(unix * 1000));
}

/** @param {string} code */
export function languageName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** @param {{first_name: string, last_name?: string}} person */
export const fullName = (person) => [person.first_name, person.last_name].filter(Boolean).join(" ");
