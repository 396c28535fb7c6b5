import { join } from 'node:path'
import { z } from 'zod'
import { StartError } from './errors.ts'

const environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  XIAKE_DATA: z.string().min(1).default('data'),
  PORT: z.coerce.number().int().min(0).max(65535).default(8720),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Behind a proxy that speaks https: the cookie is then marked Secure and the proxy's word for the address is taken. */
  TRUST_PROXY: z.enum(['true', 'false']).default('false'),
  LOG: z.enum(['info', 'quiet']).default('info'),
})

export interface Config {
  databaseUrl: string | undefined
  dataFolder: string
  basemapFile: string
  port: number
  host: string
  trustProxy: boolean
  quiet: boolean
}

/** The environment, parsed once. Throws `StartError` naming the variable. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new StartError(`The setting ${issue?.path.join('.')} is wrong: ${issue?.message}.`)
  }
  const { DATABASE_URL, XIAKE_DATA, PORT, HOST, TRUST_PROXY, LOG } = parsed.data
  return {
    databaseUrl: DATABASE_URL,
    dataFolder: XIAKE_DATA,
    basemapFile: join(XIAKE_DATA, 'basemap.pmtiles'),
    port: PORT,
    host: HOST,
    trustProxy: TRUST_PROXY === 'true',
    quiet: LOG === 'quiet',
  }
}
