/** Shows how far something is: a bar on a terminal, and about ten lines otherwise. */
export interface Progress {
  add(): void;
  end(): void;
}

export function showProgress(what: string, total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const interval = Math.ceil(total / (stream.isTTY ? 100 : 10));
  let finished = 0;
  const show = (): void => {
    const count = `${finished}/${total} ${what}`;
    stream.write(stream.isTTY ? `\r\u{1b}[K${bar(finished / total)} ${count}` : `${count}\n`);
  };
  if (stream.isTTY) show();
  return {
    add() {
      finished++;
      if (finished % interval === 0 || finished === total) show();
    },
    end() {
      if (stream.isTTY) stream.write("\r\u{1b}[K");
    },
  };
}

function bar(share: number): string {
  return `[${"#".repeat(Math.floor(20 * share)).padEnd(20, ".")}]`;
}
