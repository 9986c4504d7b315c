/** Values of a binding's variables that are no text. A message names the variable and never shows its value. */

export function portOf(prefix: string, text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new Error(`${prefix}_PORT must be a number`);
  return Number(text);
}

export function tlsOf(prefix: string, text: string): boolean {
  if (text !== "true" && text !== "false") throw new Error(`${prefix}_TLS must be 'true' or 'false'`);
  return text === "true";
}
