// How the busiest statements write and read their values.

/** An array as text, quicker than the driver writes it. */
export const numbers = (values: readonly (number | null | undefined)[]) =>
  `{${values.map((value) => value ?? 'null').join(',')}}`
/** SQL of an instant from Unix milliseconds, exact: whole milliseconds are added, no fractions of a second. */
export const instant = (ms: string) => `timestamptz 'epoch' + ${ms} * interval '1 millisecond'`
/** SQL of an instant's Unix milliseconds. */
export const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`
