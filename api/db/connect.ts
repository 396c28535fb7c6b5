import pg from 'pg'
import { StartError } from '../errors.ts'
import { type CopiedRow, copyRows } from './copied.ts'
import { openEmbedded } from './embedded.ts'
import { type Scope, scopeStatements } from './scope.ts'

// count() and bigint come as numbers from both databases; nothing here exceeds 2^53.
pg.types.setTypeParser(20, Number)

/** The part of `pg.Pool` that Xiake uses, and that the embedded database offers too. Without `values`, `text` may hold several statements. */
export interface Pool {
  kind: 'server' | 'embedded'
  query(text: string, values?: unknown[]): Promise<unknown[]>
  connect(): Promise<Client>
  end(): Promise<void>
}
export interface Client {
  query(text: string, values?: unknown[]): Promise<unknown[]>
  copy?(select: string, take: (row: CopiedRow) => void): Promise<void>
  release(error?: Error): void
}

/**
 * One database, or one transaction on it: queries take it as their first argument, so that they can join.
 * `transaction` runs as the owner: for start-up, sign-in and the live picture.
 * `scoped` runs as the restricted role and sees what the scope's grids hold: for everything a caller asks.
 */
export interface Db {
  kind: 'server' | 'embedded'
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>
  /** See `copyRows`. Inside of a transaction on a server only: the embedded database gives bytes as bytes anyway. */
  copy?(select: string, take: (row: CopiedRow) => void): Promise<void>
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>
  scoped<T>(scope: Scope, work: (tx: Db) => Promise<T>): Promise<T>
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
  return {
    kind: pool.kind,
    query: async <Row>(text: string, values: unknown[] = []) => (await pool.query(text, values)) as Row[],
    transaction: (work) => inTransaction('begin', work),
    scoped: (scope, work) => inTransaction(`begin; ${scopeStatements(scope)}`, work),
    close: () => pool.end(),
  }
}

/** Resolves when the database answers. */
export const ping = (db: Db) => db.query('select 1')

/** Inside a transaction: a nested `transaction` joins it; a nested `scoped` would widen or narrow rights midway and is refused. */
function joined(kind: Db['kind'], client: Client): Db {
  const tx: Db = {
    kind,
    query: async <Row>(text: string, values: unknown[] = []) => (await client.query(text, values)) as Row[],
    copy: client.copy,
    transaction: (work) => work(tx),
    scoped: () => Promise.reject(new Error('a transaction keeps the scope it began with')),
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
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 10,
    connectionTimeoutMillis: 5000,
    // Compiling a bulk insert of 2,000 rows takes longer than running it.
    options: '-c jit=off -c random_page_cost=1.1',
    statement_timeout: 30_000,
  })
  // A connection lost while it is lent out says so on the client, and an 'error' nobody hears ends the process.
  // Whoever holds it is told by their own query.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', (error) => console.error(`database connection lost: ${error.message}`))
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    const { message, code } = error as Error & { code?: string }
    throw new StartError(
      `The database at DATABASE_URL (${withoutPassword(options.url)}) cannot be used: ${message || code}.`,
    )
  }
  return databaseOn({
    kind: 'server',
    query: async (text, values) => (await pool.query(text, values)).rows as unknown[],
    async connect() {
      const client = await pool.connect()
      return {
        query: async (text, values) => (await client.query(text, values)).rows as unknown[],
        copy: (select, take) => copyRows(client, select, take),
        release: (error) => client.release(error),
      }
    },
    end: () => pool.end(),
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
