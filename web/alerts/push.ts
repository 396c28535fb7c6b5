import { getJson, postJson, remove } from '../client.ts'

// This browser's subscription to web push. The worker has a scope of its own, so that a page's worker may stand beside it.

const scope = '/push/'

/** Whether this browser can, over this line: workers need https or this very machine. */
export const canPush = () => 'serviceWorker' in navigator && 'PushManager' in window && isSecureContext

const subscription = async () =>
  (await (await navigator.serviceWorker.getRegistration(scope))?.pushManager.getSubscription()) ?? null

export const isPushed = async () => canPush() && (await subscription()) !== null

async function worker(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register('/push-worker.js', { scope })
  const coming = registration.installing ?? registration.waiting
  if (!registration.active && coming)
    await new Promise<void>((resolve) => {
      coming.addEventListener('statechange', () => coming.state === 'activated' && resolve())
    })
  return registration
}

/** Subscribes this browser and tells the server. False when its owner does not allow it. Throws what the push service refuses. */
export async function startPush(): Promise<boolean> {
  if (!canPush() || (await Notification.requestPermission()) !== 'granted') return false
  const { pushManager } = await worker()
  const { key } = await getJson<{ key: string }>('/api/alerts/push/key')
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  await postJson('/api/alerts/push/subscriptions', made.toJSON())
  return true
}

/** Ends this browser's subscription, here and on the server. */
export async function stopPush(): Promise<void> {
  const held = canPush() ? await subscription() : null
  if (!held) return
  await held.unsubscribe()
  await remove(`/api/alerts/push/subscriptions?endpoint=${encodeURIComponent(held.endpoint)}`)
}
