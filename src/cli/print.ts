import { styleText } from "node:util";

/** Whatever a terminal does not show as it is: control, invisible and bidirectional characters, and unusual spaces. */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** Shows characters that could control a terminal, or that nobody can see, as `<U+200B>`. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    const codePoint = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    return `<U+${codePoint}>`;
  });
}

/** Formats JSON. Characters that could control a terminal are escaped, which JSON allows. */
export function toJson(value: unknown): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, 2).replaceAll(UNPRINTABLE, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()].map((index) => escape(character[index]!)).join(""),
  );
}

/** Prints a text with a line break at its end to the standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a note for people to the standard error, so that the standard output contains only the result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colors a text of the standard output, if that is a terminal. */
export function paint(color: "red" | "green" | "yellow", text: string): string {
  const hasColors = process.stdout.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  return hasColors ? styleText(color, text) : text;
}
