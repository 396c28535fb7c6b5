import { SMTPServer } from 'smtp-server'

/** A real mail server on a free port. `refuse(n)`: the next n letters are refused. */
export async function openMailServer() {
  const letters: { to: string[]; text: string }[] = []
  let refusing = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (refusing > 0) {
          refusing -= 1
          done(Object.assign(new Error('mailbox is full'), { responseCode: 452 }))
          return
        }
        letters.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString('utf8'),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.server.address()
  if (typeof address !== 'object' || !address) throw new Error('the mail server has no port')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    letters,
    refuse(count: number) {
      refusing = count
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
