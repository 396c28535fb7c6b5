import { type Browser, chromium, type Page } from 'playwright-core'
import { chromiumPath } from './system.ts'

/** Real Chromium with WebGL in software (SwiftShader); nothing it does leaves the machine. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
]

export interface Opened {
  /** A page in a context of its own; every request that would leave the origin is refused and remembered. */
  open(options?: Parameters<Browser['newContext']>[0]): Promise<Page>
  /** Requests that tried to leave, and errors on pages, since the start. */
  strays: string[]
  errors: string[]
  close(): Promise<void>
}

export async function openBrowser(): Promise<Opened> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: flags })
  const strays: string[] = []
  const errors: string[] = []
  return {
    strays,
    errors,
    async open(options = { viewport: { width: 1920, height: 1080 }, deviceScaleFactor: 1 }) {
      const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options })
      await context.route(
        (url) => !/^(127\.0\.0\.1|localhost)$/.test(url.hostname) && /^https?:|^wss?:/.test(url.protocol),
        (route) => {
          strays.push(route.request().url())
          return route.abort()
        },
      )
      const page = await context.newPage()
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text())
      })
      return page
    },
    close: () => browser.close(),
  }
}

/** Signs in over HTTP and answers the cookie for a browser context. */
export async function signIn(
  url: string,
  username: string,
  password: string,
): Promise<{ name: string; value: string }> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  const [, name = '', value = ''] = answer.headers.get('set-cookie')?.match(/^([^=]+)=([^;]+)/) ?? []
  if (!value) throw new Error(`${username} cannot sign in: ${answer.status}`)
  return { name, value }
}

/** Controls that say nothing to a screen reader: no label, no name, no text. */
export const unnamedControls = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const nameOf = (one: HTMLElement) =>
      one.getAttribute('aria-label') ??
      (one instanceof HTMLInputElement || one instanceof HTMLSelectElement
        ? [...(one.labels ?? [])].map((label) => label.textContent).join('')
        : one.textContent)
    const found = document.querySelectorAll<HTMLElement>('button, a, input, select, textarea, [role=region]')
    return [...found].filter((one) => !nameOf(one)?.trim()).map((one) => one.outerHTML.slice(0, 120))
  })
