import type { Problem } from '../../api/contract/problem.ts'
import { RequestFailed } from '../client.ts'

/** Sends a PUT. Throws `RequestFailed` with the server's own sentence where it gave one. */
export async function putJson(path: string, body: unknown): Promise<void> {
  const failed = (problem: Partial<Problem>) =>
    new RequestFailed({
      type: 'about:blank',
      title: 'Error',
      status: 0,
      code: 'http',
      detail: '',
      ...problem,
    })
  const answer = await fetch(path, {
    method: 'PUT',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw failed({ title: 'Network', code: 'network' })
  })
  if (answer.ok) return
  const said = (await answer.json().catch(() => ({}))) as Partial<Problem>
  throw failed({ status: answer.status, detail: String(answer.status), ...said })
}
