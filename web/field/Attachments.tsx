import { useRef } from 'react'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import { type Attachment, attach, forget } from './attach.ts'
import { mediaBytes } from './media-limits.ts'
import { VoiceNote } from './VoiceNote.tsx'

interface AttachmentsProps {
  items: readonly Attachment[]
  onChange: (change: (items: readonly Attachment[]) => readonly Attachment[]) => void
  most: number
  /** Voice and video besides photographs. */
  all?: boolean
  label: string
}

/** Photographs from the camera or the gallery, a voice note, a short video; each with a small picture, and removable. */
export function Attachments({ items, onChange, most, all = false, label }: AttachmentsProps) {
  const words = useText().street.attach
  const tooLarge = items.some(({ kind, file }) => file.size > mediaBytes[kind])
  const room = most - items.length
  const take = async (files: FileList | null, kind: 'photo' | 'video') => {
    const taken = await Promise.all([...(files ?? [])].slice(0, room).map((file) => attach(file, kind)))
    onChange((before) => [...before, ...taken])
  }
  const drop = (item: Attachment) => {
    forget(item)
    onChange((before) => before.filter(({ key }) => key !== item.key))
  }
  return (
    <section className="attach" aria-label={label}>
      {items.length > 0 ? (
        <ul className="attach-list" data-testid="attached">
          {items.map((item, i) => (
            <li key={item.key} className={item.file.size > mediaBytes[item.kind] ? 'is-refused' : ''}>
              {item.preview ? (
                <img src={item.preview} alt={words.photoNumber(i + 1)} />
              ) : (
                <span className="attach-plain">
                  {item.kind === 'voice'
                    ? words.voiceOf(item.seconds ?? 0)
                    : item.kind === 'video'
                      ? words.videoOne
                      : words.photoOne}
                  <small>
                    {words.megabytes(figure(Math.max(0.1, Math.round(item.file.size / 1e5) / 10)))}
                  </small>
                </span>
              )}
              <button type="button" aria-label={words.remove(i + 1)} onClick={() => drop(item)}>
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {tooLarge ? (
        <p className="work-refusal" role="alert">
          {words.tooLarge}
        </p>
      ) : null}
      {room > 0 ? (
        <div className="attach-buttons">
          <Pick
            words={words.photo}
            accept="image/*"
            capture
            icon="camera"
            testId="camera"
            onFiles={(files) => void take(files, 'photo')}
          />
          <Pick
            words={words.gallery}
            accept="image/*"
            icon="gallery"
            testId="gallery"
            onFiles={(files) => void take(files, 'photo')}
          />
          {all ? (
            <>
              <VoiceNote
                onDone={(voice, seconds) =>
                  void attach(voice, 'voice', seconds).then((made) => onChange((before) => [...before, made]))
                }
              />
              <Pick
                words={words.video}
                accept="video/*"
                capture
                icon="video"
                testId="video"
                onFiles={(files) => void take(files, 'video')}
              />
            </>
          ) : null}
        </div>
      ) : (
        <p className="hint">{words.full(most)}</p>
      )}
    </section>
  )
}

const pictures = {
  camera: 'M4 8h3.500l1.500-2.500h6L16.500 8H20v11H4ZM12 10a3.500 3.500 0 1 0 .01 0Z',
  gallery: 'M4 5h16v14H4ZM4 16l4.500-5 4 4 2.500-2.500 5 4.500M15.500 8a1.300 1.300 0 1 0 .01 0Z',
  video: 'M3.500 6.500h11.500v11H3.500ZM15 10.500l5.500-3v9l-5.500-3',
}

interface PickProps {
  words: string
  accept: string
  capture?: boolean
  icon: keyof typeof pictures
  testId: string
  onFiles: (files: FileList | null) => void
}

/** A button over a file field: the camera of a phone opens at once, one at a desk asks for files. */
export function Pick({ words, accept, capture, icon, testId, onFiles }: PickProps) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <label className="attach-button">
      <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path
          d={pictures[icon]}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.7"
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      </svg>
      {words}
      <input
        ref={field}
        type="file"
        className="visually-hidden"
        accept={accept}
        capture={capture ? 'environment' : undefined}
        multiple={!capture}
        data-testid={testId}
        onChange={({ target }) => {
          onFiles(target.files)
          // The same photograph may be picked again after it was removed.
          setTimeout(() => field.current && (field.current.value = ''))
        }}
      />
    </label>
  )
}
