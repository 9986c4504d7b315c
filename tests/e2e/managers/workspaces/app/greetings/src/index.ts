import ms from "ms";

export const greeting = (name: string): string => `hello ${name}, for ${ms("1h")} ms`;
