// The service worker of the two phone pages: they start without a network. It sends nothing by itself and keeps nothing of the
// API but what anybody may know. Push has a worker of its own.

/** Written in front of this file by the build: what the pages are made of, and a name for just that. */
declare const shell: { files: string[]; build: string }

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetching extends Extendable {
  request: Request
  respondWith(answer: Promise<Response> | Response): void
}
const worker = self as unknown as {
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetching) => void): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
}

const prefix = 'xiake-street-'
const shellName = `${prefix}${shell.build}`
/** What the server says and fonts as they are met: neither belongs to a build. */
const metName = `${prefix}met`
const page = '/index.html'
const known = new Set(['/api/citizen/town', '/api/incidents/classes'])

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(shellName).then((cache) => cache.addAll([page, ...shell.files])))
})

worker.addEventListener('activate', (event) => {
  const keep = new Set([shellName, metName])
  const clean = async () => {
    const names = await caches.keys()
    await Promise.all(
      names.filter((name) => name.startsWith(prefix) && !keep.has(name)).map((name) => caches.delete(name)),
    )
    await worker.clients.claim()
  }
  event.waitUntil(clean())
})

worker.addEventListener('message', ({ data }) => {
  if (data === 'take over') void worker.skipWaiting()
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') {
    if (/^\/(field|report)(\/|$)/.test(pathname)) event.respondWith(fromShell(page))
  } else if (known.has(pathname)) event.respondWith(lastKnown(event, pathname))
  else if (shell.files.includes(pathname)) event.respondWith(fromShell(pathname))
  else if (/^\/assets\/.*\.woff2$/.test(pathname)) event.respondWith(met(pathname))
})

/** Out of the build's own files; from the server if the browser has thrown them away. */
async function fromShell(path: string): Promise<Response> {
  const cache = await caches.open(shellName)
  const kept = await cache.match(path)
  if (kept) return kept
  await cache.add(path)
  return (await cache.match(path)) ?? Response.error()
}

/** Kept from the first time on: its name changes with its content. */
async function met(path: string): Promise<Response> {
  const cache = await caches.open(metName)
  const kept = await cache.match(path)
  if (kept) return kept
  await cache.add(path)
  return (await cache.match(path)) ?? Response.error()
}

/** What was last known at once, while the newest is fetched for the next time. */
async function lastKnown(event: Extendable, path: string): Promise<Response> {
  const cache = await caches.open(metName)
  const kept = await cache.match(path)
  const newest = cache.add(path)
  if (kept) {
    event.waitUntil(newest.catch(() => {}))
    return kept
  }
  await newest.catch(() => {})
  return (await cache.match(path)) ?? Response.error()
}
