// Runs in the browser without a page: shows what is pushed, and opens the board when somebody clicks on it. It imports nothing,
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

worker.addEventListener('push', (event) => {
  if (!event.data) return
  const { id, title, severity } = event.data.json() as { id: number; title: string; severity: string }
  const options = {
    tag: `alert-${id}`,
    icon: '/icon.svg',
    requireInteraction: severity === 'urgent',
    renotify: true,
  }
  event.waitUntil(worker.registration.showNotification(title, options))
})

worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const open = async () => {
    const [page] = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
    await (page ? page.focus() : worker.clients.openWindow('/'))
  }
  event.waitUntil(open())
})
