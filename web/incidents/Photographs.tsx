import type { Medium } from '../../api/contract/media.ts'
import { dayTime } from '../format.ts'
import { useText } from '../locales/text.ts'

/** Photographs and recordings, each with what it shows and when it was taken. */
export function Photographs({ media, timeZone }: { media: readonly Medium[]; timeZone: string }) {
  const text = useText()
  const words = text.incidents
  if (media.length === 0) return null
  return (
    <section className="photographs">
      <h3>{words.photographs(media.length)}</h3>
      <ul>
        {media.map((one) => {
          const what = words.moments[one.moment]
          const at = dayTime(Date.parse(one.takenAt ?? one.addedAt), timeZone)
          const said = `${what} · ${at} · ${one.addedBy}`
          return (
            <li key={one.id}>
              {one.state !== 'ready' ? (
                <p className="hint">
                  {one.state === 'refused' ? words.mediumRefused(one.reason) : words.mediumComing}
                </p>
              ) : one.kind === 'photo' ? (
                <a href={`/api/media/${one.id}/file`} target="_blank" rel="noreferrer" title={said}>
                  <img src={`/api/media/${one.id}/thumbnail`} alt={said} loading="lazy" />
                </a>
              ) : one.kind === 'voice' ? (
                <audio controls preload="none" src={`/api/media/${one.id}/file`} aria-label={said} />
              ) : (
                <video controls preload="none" src={`/api/media/${one.id}/file`} aria-label={said} />
              )}
              <small>{`${what} ${at}`}</small>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
