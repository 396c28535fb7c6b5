import type { Problem } from '../../api/contract/problem.ts'
import { RequestFailed } from '../client.ts'
import type { Line } from './outbox.ts'

/** A line in the street does not break, it falls silent: longer than this without an answer, it is tried again. */
const silentMs = 45_000

/** The outbox's own line: headers of its own, an end to waiting, and the server's clock. */
export function openLine(): Line {
  let skew = 0
  const send = <T>(method: string, path: string, body: Blob | string, headers: Record<string, string>) =>
    new Promise<T>((resolve, reject) => {
      const request = new XMLHttpRequest()
      const away = () => reject(failed({ status: 0, code: 'network', title: 'Network', detail: '' }))
      request.open(method, path)
      request.timeout = silentMs
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      request.onerror = request.onabort = request.ontimeout = away
      request.onload = () => {
        const { status, statusText, responseText } = request
        const told = Date.parse(request.getResponseHeader('date') ?? '')
        // Told in whole seconds: less than two of them are the line's delay.
        if (told) skew = Math.abs(told - Date.now()) < 2000 ? 0 : told - Date.now()
        if (status >= 200 && status < 300) return resolve(read<T>(responseText) as T)
        const title = statusText || 'Error'
        reject(
          failed({
            title,
            status,
            code: 'http',
            detail: `${status} ${title}`,
            ...read<Problem>(responseText),
          }),
        )
      }
      request.send(body)
    })
  return {
    post: (path, body, headers = {}) =>
      send('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    put: (path, bytes, headers = {}) =>
      send('PUT', path, bytes, { 'content-type': 'application/octet-stream', ...headers }),
    skew: () => skew,
  }
}

const failed = (problem: Omit<Problem, 'type'>) => new RequestFailed({ type: 'about:blank', ...problem })

function read<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T
  } catch {
    return null
  }
}
