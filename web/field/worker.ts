/**
 * Keeps the page startable without a network: its service worker, and what makes it an app on the home screen (`name`: field or report).
 * A newer build waits until a page starts, so that no page is half of the one and half of the other.
 */
export function followWorker(scope: '/field' | '/report', name: 'field' | 'report'): () => void {
  const link = document.createElement('link')
  link.rel = 'manifest'
  link.href = `/${name}.webmanifest`
  document.head.append(link)
  if ('serviceWorker' in navigator && import.meta.env.PROD) void register(scope).catch(() => {})
  return () => link.remove()
}

async function register(scope: string): Promise<void> {
  const registration = await navigator.serviceWorker.register('/street-worker.js', { scope })
  const { waiting } = registration
  if (!waiting || !navigator.serviceWorker.controller) return
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage('take over')
}
