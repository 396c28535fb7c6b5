/** Long work says where it is: a bar that redraws itself on a terminal, one line a step elsewhere. */
export interface Step {
  /** 0 to 1. */
  at(share: number): void
  done(note?: string): void
}

export function startStep(label: string, out: NodeJS.WriteStream = process.stdout): Step {
  const started = performance.now()
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
  const bar = (share: number) => '█'.repeat(Math.round(share * 24)).padEnd(24, '░')
  let drawn = 0
  if (out.isTTY) out.write(`  ${label} …`)
  return {
    at(share) {
      if (!out.isTTY || performance.now() - drawn < 100) return
      drawn = performance.now()
      out.write(`\r\u001b[2K  ${label} ${bar(share)} ${Math.round(share * 100)} % · ${seconds()}`)
    },
    done(note = '') {
      out.write(`${out.isTTY ? '\r\u001b[2K' : ''}✓ ${label}${note && ` · ${note}`} · ${seconds()}\n`)
    },
  }
}
