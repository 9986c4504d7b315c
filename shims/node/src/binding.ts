/**
 * The environment variables `<prefix>_<PROPERTY>` of a construct, by property; `undefined` where none of them is set, as
 * where the code runs without inferra. A message names the variable and never shows its value.
 */
export function readBinding<P extends string>(
  prefix: string,
  properties: readonly P[],
): Readonly<Record<P, string>> | undefined {
  const variables = properties.map((property) => [property, `${prefix}_${property.toUpperCase()}`] as const);
  const missing = variables.filter(([, variable]) => process.env[variable] === undefined);
  if (missing.length === variables.length) return undefined;
  if (missing.length > 0) {
    const names = missing.map(([, variable]) => variable).join(", ");
    throw new Error(`${prefix} is only partly configured: ${names} must be set as well`);
  }
  const values = variables.map(([property, variable]) => {
    const value = process.env[variable];
    if (!value) throw new Error(`${variable} must be a text that is not empty`);
    return [property, value] as const;
  });
  return Object.fromEntries(values) as Record<P, string>;
}
