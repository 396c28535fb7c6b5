import pg from 'pg'
import { StartError } from '../errors.ts'
import { type CopiedRow, copyRows } from './copied.ts'
import { openEmbedded } from './embedded.ts'
import { type Scope, scopeStatements } from './scope.ts'

// count() and bigint come as numbers from both databases; nothing here exceeds 2^53.
pg.types.setTypeParser(20, Number)

/** Without `values`, `text` may hold several statements. `name`: see `Db`. */
type Query = (text: string, values?: unknown[], name?: string) => Promise<unknown[]>
/** The part of `pg.Pool` that Xiake uses, and that the embedded database offers too. */
export interface Pool {
  kind: 'server' | 'embedded'
  query: Query
  connect(): Promise<Client>
  /** Like `connect`: a client that sends each statement at once, without waiting for what came of the one before. */
  connectAhead(): Promise<Client>
  end(): Promise<void>
}
export interface Client {
  query: Query
  copy?(select: string, take: (row: CopiedRow) => void): Promise<void>
  release(error?: Error): void
}

/**
 * One database, or one transaction on it: queries take it as their first argument, so that they can join.
 * `transaction` runs as the owner: for start-up, sign-in and the live picture.
 * `scoped` runs as the restricted role and sees what the scope's grids hold: for everything a caller asks.
 * `read` is `scoped` for one statement that changes nothing, in one round trip instead of three.
 * A statement with a `name`, one for each text, is planned once for each connection: for what is asked all day and whose plan does not hang
 * on its values (planning took 0.5 of the 0.6 ms of such a statement).
 */
export interface Db {
  kind: 'server' | 'embedded'
  query<Row>(text: string, values?: unknown[], name?: string): Promise<Row[]>
  /** See `copyRows`. Inside of a transaction on a server only: the embedded database gives bytes as bytes anyway. */
  copy?(select: string, take: (row: CopiedRow) => void): Promise<void>
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>
  scoped<T>(scope: Scope, work: (tx: Db) => Promise<T>): Promise<T>
  read<T>(scope: Scope, work: (tx: Db) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export function databaseOn(pool: Pool): Db {
  const inTransaction = async <T>(begin: string, work: (tx: Db) => Promise<T>): Promise<T> => {
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      await client.query(begin)
      const result = await work(joined(pool.kind, client))
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch((lost: Error) => {
        broken = lost
      })
      throw error
    } finally {
      client.release(broken)
    }
  }
  /** The beginning, the statement and the end travel together. Where the beginning fails, what was read is thrown away unseen. */
  const readAhead = async <T>(scope: Scope, work: (tx: Db) => Promise<T>): Promise<T> => {
    const begin = `begin read only; ${scopeStatements(scope)}`
    const client = await pool.connectAhead()
    let broken: Error | undefined
    let end: Promise<unknown> | undefined
    const begun = client.query(begin)
    const tx = joined(pool.kind, {
      ...client,
      query(text, values, name) {
        if (end) return Promise.reject(new Error('a read is one statement'))
        const rows = client.query(text, values, name)
        // Ends what has failed as well.
        end = client.query('commit')
        end.catch(() => {})
        return rows
      },
    })
    const worked = (async () => await work(tx))()
    end ??= client.query('commit')
    const [began, result, ended] = await Promise.allSettled([begun, worked, end])
    if (ended.status === 'rejected') broken = ended.reason as Error
    client.release(broken)
    for (const part of [began, result, ended]) if (part.status === 'rejected') throw part.reason
    return (result as PromiseFulfilledResult<T>).value
  }
  return {
    kind: pool.kind,
    query: async <Row>(text: string, values: unknown[] = [], name?: string) =>
      (await pool.query(text, values, name)) as Row[],
    transaction: (work) => inTransaction('begin', work),
    scoped: (scope, work) => inTransaction(`begin; ${scopeStatements(scope)}`, work),
    read: readAhead,
    close: () => pool.end(),
  }
}

/** Resolves when the database answers. */
export const ping = (db: Db) => db.query('select 1')

/** Inside a transaction: a nested `transaction` joins it; a nested `scoped` would widen or narrow rights midway and is refused. */
function joined(kind: Db['kind'], client: Client): Db {
  const tx: Db = {
    kind,
    query: async <Row>(text: string, values: unknown[] = [], name?: string) =>
      (await client.query(text, values, name)) as Row[],
    copy: client.copy,
    transaction: (work) => work(tx),
    scoped: () => Promise.reject(new Error('a transaction keeps the scope it began with')),
    read: () => Promise.reject(new Error('a transaction keeps the scope it began with')),
    close: () => Promise.reject(new Error('a transaction cannot close the database')),
  }
  return tx
}

/** Opens PostgreSQL at `url`, or the embedded database in `folder`. Throws `StartError` with a sentence. */
export async function openDatabase(options: {
  url?: string
  folder: string
  template?: ArrayBuffer
}): Promise<Db> {
  if (!options.url) return databaseOn(await openEmbedded(options.folder, options.template))
  const settings = {
    connectionString: options.url,
    connectionTimeoutMillis: 5000,
    // Compiling a bulk insert of 2,000 rows takes longer than running it.
    options: '-c jit=off -c random_page_cost=1.1',
    statement_timeout: 30_000,
  }
  const pool = new pg.Pool({ ...settings, max: 10 })
  // Apart, because what sends ahead cannot copy.
  const ahead = new pg.Pool({ ...settings, max: 4, pipeline: true })
  for (const one of [pool, ahead]) {
    // A connection lost while it is lent out says so on the client, and an 'error' nobody hears ends the process.
    // Whoever holds it is told by their own query.
    one.on('connect', (client) => client.on('error', () => {}))
    one.on('error', (error) => console.error(`database connection lost: ${error.message}`))
  }
  const end = async () => {
    await Promise.all([pool.end(), ahead.end()])
  }
  try {
    await pool.query('select 1')
  } catch (error) {
    await end()
    const { message, code } = error as Error & { code?: string }
    throw new StartError(
      `The database at DATABASE_URL (${withoutPassword(options.url)}) cannot be used: ${message || code}.`,
    )
  }
  const on =
    (one: pg.Pool | pg.PoolClient): Query =>
    async (text, values, name) =>
      (await one.query({ text, ...(values && { values }), ...(name !== undefined && { name }) }))
        .rows as unknown[]
  const lend = async (from: pg.Pool): Promise<Client> => {
    const client = await from.connect()
    return {
      query: on(client),
      copy: (select, take) => copyRows(client, select, take),
      release: (error) => client.release(error),
    }
  }
  return databaseOn({
    kind: 'server',
    query: on(pool),
    connect: () => lend(pool),
    connectAhead: () => lend(ahead),
    end,
  })
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url)
    if (parsed.password) parsed.password = '…'
    return decodeURI(parsed.toString())
  } catch {
    return 'not a URL'
  }
}
