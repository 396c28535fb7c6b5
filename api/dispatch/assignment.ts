/** A pair that may not be. */
export const forbidden = Number.POSITIVE_INFINITY

/**
 * The cheapest way to give each row a column of its own (Jonker and Volgenant 1987, by shortest augmenting paths): first as many rows
 * as can be served, then the least sum. `costs` row by row; answers the column of each row, -1 for those that go without.
 */
export function assign(costs: Float64Array, rows: number, columns: number): Int32Array {
  if (rows > columns) {
    const turned = new Float64Array(costs.length)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        turned[column * rows + row] = costs[row * columns + column] as number
    const taken = new Int32Array(rows).fill(-1)
    assign(turned, columns, rows).forEach((row, column) => {
      if (row >= 0) taken[row] = column
    })
    return taken
  }
  // A forbidden pair costs more than any whole plan without one.
  let most = 1
  for (const cost of costs) if (cost !== forbidden) most += Math.abs(cost)
  const costOf = (row: number, column: number) => {
    const cost = costs[row * columns + column] as number
    return cost === forbidden ? most : cost
  }
  const rowPrice = new Float64Array(rows)
  const columnPrice = new Float64Array(columns)
  /** The row of each column; -1 while it is free. */
  const rowOf = new Int32Array(columns).fill(-1)
  const before = new Int32Array(columns)
  const slack = new Float64Array(columns)
  const used = new Uint8Array(columns)
  for (let start = 0; start < rows; start++) {
    slack.fill(Number.POSITIVE_INFINITY)
    used.fill(0)
    let row = start
    let from = -1
    let column = -1
    for (;;) {
      let step = Number.POSITIVE_INFINITY
      for (let j = 0; j < columns; j++) {
        if (used[j]) continue
        const reduced = costOf(row, j) - (rowPrice[row] as number) - (columnPrice[j] as number)
        if (reduced < (slack[j] as number)) {
          slack[j] = reduced
          before[j] = from
        }
        if ((slack[j] as number) < step) {
          step = slack[j] as number
          column = j
        }
      }
      rowPrice[start] = (rowPrice[start] as number) + step
      for (let j = 0; j < columns; j++) {
        if (used[j]) {
          columnPrice[j] = (columnPrice[j] as number) - step
          const held = rowOf[j] as number
          rowPrice[held] = (rowPrice[held] as number) + step
        } else slack[j] = (slack[j] as number) - step
      }
      used[column] = 1
      from = column
      if (rowOf[column] === -1) break
      row = rowOf[column] as number
    }
    // Along the path each row moves on to the next column.
    for (let j = column; j >= 0; ) {
      const earlier = before[j] as number
      rowOf[j] = earlier < 0 ? start : (rowOf[earlier] as number)
      j = earlier
    }
  }
  const taken = new Int32Array(rows).fill(-1)
  rowOf.forEach((row, column) => {
    if (row >= 0 && costs[row * columns + column] !== forbidden) taken[row] = column
  })
  return taken
}
