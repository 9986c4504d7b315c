/**
 * What a log may hold of an error: its stack, and those of what caused it. The properties that libraries add to errors, such as
 * a request's headers or a row's values, stay out.
 */
export function described(error: unknown): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let cause = error; cause !== undefined && !seen.has(cause); ) {
    seen.add(cause);
    const text = cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause);
    lines.push(lines.length === 0 ? text : `caused by ${text}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines.join("\n");
}
