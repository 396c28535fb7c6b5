// Runs in the browser without a page: shows what is pushed, and opens the page for it when somebody clicks on it. It imports nothing,
// so that it is one file at one address.

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Pushed extends Waiting {
  data: { json(): unknown } | null
}
interface Clicked extends Waiting {
  notification: Notification
}
interface Page {
  url: string
  visibilityState: DocumentVisibilityState
  focus(): Promise<unknown>
}
interface WorkerScope {
  registration: ServiceWorkerRegistration
  clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<Page[]>
    openWindow(url: string): Promise<unknown>
  }
  addEventListener(type: 'push', listener: (event: Pushed) => void): void
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void
}
const worker = self as unknown as WorkerScope

interface Alert {
  kind: string
  id: number
  title: string
  severity: string
}
interface Offer {
  kind: 'offer'
  at: number
  state: 'offered' | 'over'
  title: string
  titleEn: string
  seconds?: number
}
interface Call {
  kind: 'call'
  at: number
  state: 'ringing' | 'missed' | 'elsewhere'
  toDesk: boolean
  video: boolean
}
const isChinese = navigator.language.startsWith('zh')
const say = (chinese: string, english: string) => (isChinese ? chinese : english)

function wordsOf(one: Offer | Call): { title: string; body?: string } {
  if (one.kind === 'offer') {
    const name = say(one.title, one.titleEn)
    return one.state === 'over'
      ? { title: say(`不必再去：${name}`, `Called off: ${name}`) }
      : {
          title: say(`派单：${name}`, `Sent to you: ${name}`),
          body: say(`请在 ${one.seconds} 秒内接单`, `Accept within ${one.seconds} s`),
        }
  }
  if (one.state === 'missed') return { title: say('未接来电', 'Missed call') }
  if (one.state === 'elsewhere') return { title: say('来电已由他人接听', 'Somebody else has answered') }
  return {
    title: one.toDesk
      ? say('外勤来电', 'An officer is calling')
      : say('指挥中心来电', 'The command centre is calling'),
    body: one.video ? say('视频通话', 'Video call') : say('语音通话', 'Voice call'),
  }
}

const pages = () => worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
const isAt = ({ url }: Page, path: string) => new URL(url).pathname === path

/** For one person alone and soon over: the newest of a kind takes the place of the last, and a page that is looked at shows it itself. */
async function summon(one: Offer | Call): Promise<void> {
  const { kind: tag, at: timestamp, state } = one
  const open = one.kind === 'call' && one.toDesk ? '/dispatch' : '/field'
  const now = state === 'offered' || state === 'ringing'
  const { title, ...words } = wordsOf(one)
  if ((await pages()).some((page) => page.visibilityState === 'visible' && isAt(page, open))) {
    for (const shown of await worker.registration.getNotifications({ tag })) shown.close()
    return
  }
  const options = {
    ...words,
    tag,
    timestamp,
    icon: '/icon.svg',
    data: { open },
    requireInteraction: now,
    renotify: now,
    ...(now && { vibrate: [600, 300, 600, 300, 600] }),
  }
  await worker.registration.showNotification(title, options)
}

worker.addEventListener('push', (event) => {
  if (!event.data) return
  const one = event.data.json() as Alert | Offer | Call
  if ('state' in one) return event.waitUntil(summon(one))
  const options = {
    tag: `alert-${one.id}`,
    icon: '/icon.svg',
    requireInteraction: one.severity === 'urgent',
    renotify: true,
  }
  event.waitUntil(worker.registration.showNotification(one.title, options))
})

worker.addEventListener('notificationclick', (event) => {
  const { notification } = event
  notification.close()
  const path = (notification.data as { open?: string } | null)?.open
  const open = async () => {
    const all = await pages()
    const page = path ? all.find((one) => isAt(one, path)) : all[0]
    await (page ? page.focus() : worker.clients.openWindow(path ?? '/'))
  }
  event.waitUntil(open())
})
