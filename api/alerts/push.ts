import { lookup } from 'node:dns'
import { Agent } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import webPush from 'web-push'
import { alertPreferences } from '../contract/alert.ts'
import { comesThrough, isFor, newsMs } from '../contract/alert-rules.ts'
import type { Db } from '../db/connect.ts'
import type { Handler, Job } from '../db/jobs.ts'
import { Refusal, StartError } from '../errors.ts'
import {
  type AlertRow,
  deleteBrowser,
  findAlert,
  findBrowsers,
  findPushKeys,
  findTimeZone,
  insertPushKeys,
  listBrowsers,
  listOwnBrowsers,
  noteBrowser,
  putOffPush,
} from './queries.ts'

// Web push (RFC 8030, 8291, 8292) with a key pair of this installation's own. Browsers choose their push service; what is sent
// there is encrypted for the browser alone.

export interface PushSettings {
  /** Whom a push service may write to about us: mailto: or https:. */
  subject: string
  /** Push services may stand on private addresses: for one of the town's own on a closed network. */
  private: boolean
}

/** From XIAKE_PUSH_SUBJECT and XIAKE_PUSH_PRIVATE. Throws `StartError` naming the variable. */
export function readPushSettings(env: Record<string, string | undefined> = process.env): PushSettings {
  // Push services want an address; this one cannot be anybody's (RFC 2606).
  const subject = env.XIAKE_PUSH_SUBJECT || 'mailto:xiake@example.invalid'
  if (!/^(mailto:\S+@\S+|https:\/\/\S+)$/.test(subject))
    throw new StartError('The setting XIAKE_PUSH_SUBJECT is wrong: must be mailto:… or https://….')
  if (!['', '0', '1', undefined].includes(env.XIAKE_PUSH_PRIVATE))
    throw new StartError('The setting XIAKE_PUSH_PRIVATE is wrong: must be 0 or 1.')
  return { subject, private: env.XIAKE_PUSH_PRIVATE === '1' }
}

export const pushJob = 'alert:push'
const timeoutMs = 5000
const firstRetryMs = 15_000
/** So long a push service is left alone that did not answer in time: each of its failures would hold up the others. */
const restMs = 5 * 60_000
const urgency = { minor: 'low', usual: 'normal', urgent: 'high' } as const

interface PushData {
  /** The alert, over once somebody has acknowledged it; null: what is told is for one person. */
  id: number | null
  /** What waits at a push service under the same name is replaced. */
  topic: string
  message: string
  urgency: (typeof urgency)[keyof typeof urgency]
  endpoints: string[]
  /** Whose browsers are asked for when it is first sent: whoever summons may not read them. */
  who?: Who
  tries: number
  /** Until when it is news, Unix milliseconds. */
  until: number
}

/** The job that tells an alert to the browsers of those it is for and who want it now; none when there is nobody. Owner. */
export async function pushJobs(tx: Db, row: AlertRow, at: Date): Promise<Job[]> {
  const browsers = await listBrowsers(tx, row.path)
  if (browsers.length === 0) return []
  const moment = { at: at.getTime(), timeZone: await findTimeZone(tx) }
  const endpoints = browsers
    .filter((browser) => {
      const wants = alertPreferences.parse(browser.preferences ?? {})
      return wants.push && isFor(row, browser) && comesThrough(wants, row, moment)
    })
    .map(({ endpoint }) => endpoint)
  if (endpoints.length === 0) return []
  const { id, title, severity, kind } = row
  const message = JSON.stringify({ id, title, severity, kind })
  const until = at.getTime() + newsMs
  const told = { id, topic: `alert-${id}`, message, urgency: urgency[severity], endpoints, tries: 0, until }
  return [{ kind: pushJob, key: `${id}:${at.getTime()}`, runAt: at, data: told satisfies PushData }]
}

type Who = Parameters<typeof listOwnBrowsers>[1]
/** What is for somebody themselves and at once: a case that is offered to them, a call. */
export interface Summons {
  kind: 'offer' | 'call'
  id: number | string
  /** When it is over, Unix milliseconds. */
  until: number
  /** What the service worker makes its sentence of. */
  says: Record<string, string | number | boolean>
}
export const summonsKey = ({ kind, id }: Pick<Summons, 'kind' | 'id'>) => `${kind}:${id}`

/** The job that tells it to all browsers of those people, whatever the hours; by its key nobody is told any more once it is over. */
export function summonsJob(one: Summons, who: Who, at: Date): Job {
  const { kind, id, until, says } = one
  const message = JSON.stringify({ kind, id, at: at.getTime(), ...says })
  const told = {
    id: null,
    topic: kind,
    message,
    urgency: urgency.urgent,
    endpoints: [],
    who,
    tries: 0,
    until,
  }
  return { kind: pushJob, key: summonsKey(one), runAt: at, data: told satisfies PushData }
}

/** The browsers of some people, but for those of whoever has switched push off. Owner. */
export const summonable = async (db: Db, who: Who) =>
  (await listOwnBrowsers(db, who)).filter(({ preferences }) => alertPreferences.parse(preferences ?? {}).push)

const late = (ms: number) =>
  new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('does not come to an end')), ms).unref()
  })

const inside = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(net, bits, 'ipv6')
const isInside = (address: string) => inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Names are looked at when they are looked up for the connection itself: one that points elsewhere by then gains nothing. */
const outsideOnly: LookupFunction = (host, options, done) =>
  lookup(host, { ...options, all: true }, (error, found) => {
    const wrong =
      error ?? (found.some(({ address }) => isInside(address)) ? new Error(`${host} lies inside`) : null)
    const [first] = found ?? []
    if (wrong || !first) return done(wrong ?? new Error(`${host} has no address`), '')
    if (options.all) return done(null, found)
    done(null, first.address, first.family)
  })

/**
 * Sends to browsers. `check` refuses (422) an endpoint that we must not be made to call; `handler` sends, forgets a browser that
 * is gone (404, 410), and tries the others again for as long as it is news and, of an alert, open.
 */
export function createPush({ db, settings }: { db: Db; settings: PushSettings }) {
  const agent = settings.private ? undefined : new Agent({ lookup: outsideOnly })
  let keys: { publicKey: string; privateKey: string } | undefined
  async function keyPair() {
    keys ??= (await findPushKeys(db)) ?? undefined
    if (keys) return keys
    await insertPushKeys(db, webPush.generateVAPIDKeys())
    keys = (await findPushKeys(db)) ?? undefined
    if (!keys) throw new Error('the keys for push were not written')
    return keys
  }

  function check(endpoint: string) {
    const { protocol, hostname, username, password } = new URL(endpoint)
    const host = hostname.replaceAll(/[[\]]/g, '')
    const literal = isIP(host) > 0 ? isInside(host) : /(^|\.)localhost\.?$/.test(host)
    if (protocol !== 'https:' || username || password || (literal && !settings.private))
      throw new Refusal(
        422,
        'push-endpoint',
        'A push service must be an https address outside of private networks; one of your own needs XIAKE_PUSH_PRIVATE=1.',
      )
  }

  const resting = new Map<string, number>()
  /** False: to be tried again. */
  async function sendTo(browser: Awaited<ReturnType<typeof findBrowsers>>[number], data: PushData, at: Date) {
    const { endpoint } = browser
    const { host } = new URL(endpoint)
    if ((resting.get(host) ?? 0) > at.getTime()) return false
    resting.delete(host)
    const began = performance.now()
    try {
      check(endpoint)
      const sent = webPush.sendNotification(browser, data.message, {
        vapidDetails: { subject: settings.subject, ...(await keyPair()) },
        TTL: Math.max(0, Math.ceil((data.until - at.getTime()) / 1000)),
        urgency: data.urgency,
        topic: data.topic,
        timeout: timeoutMs,
        agent,
      })
      // Its own limit is for silence alone: a service that answers a byte at a time must not hold up the queue.
      await Promise.race([sent, late(2 * timeoutMs)])
      await noteBrowser(db, endpoint, true)
      return true
    } catch (error) {
      const { statusCode = 0, message } = error as Error & { statusCode?: number }
      if (error instanceof Refusal || statusCode === 404 || statusCode === 410) {
        await deleteBrowser(db, endpoint, null)
        return true
      }
      console.error(`push to ${host}: ${statusCode || message}`)
      if (performance.now() - began > timeoutMs / 2) resting.set(host, at.getTime() + restMs)
      return false
    }
  }

  const handler: Handler = {
    async send(job, at) {
      const data = job.data as unknown as PushData
      if (at.getTime() > data.until) return
      const row = data.id === null ? null : await findAlert(db, data.id)
      if (data.id !== null && (!row || row.acknowledgedAt)) return
      const own = data.who && data.tries === 0 ? await summonable(db, data.who) : null
      const browsers = await findBrowsers(db, own?.map(({ endpoint }) => endpoint) ?? data.endpoints)
      const sent = await Promise.all(browsers.map((browser) => sendTo(browser, data, at)))
      const endpoints = browsers.flatMap(({ endpoint }, i) => (sent[i] ? [] : [endpoint]))
      if (endpoints.length === 0) return
      const runAt = new Date(at.getTime() + firstRetryMs * 2 ** data.tries)
      if (runAt.getTime() > data.until) {
        for (const endpoint of endpoints) await noteBrowser(db, endpoint, false)
        return
      }
      // Moved, so that only those are asked again who have not got it.
      await putOffPush(
        db,
        { ...job, runAt, data: { ...data, endpoints, tries: data.tries + 1 } },
        data.message,
      )
    },
  }
  return { publicKey: async () => (await keyPair()).publicKey, check, handler }
}
export type Push = ReturnType<typeof createPush>
