import { useState } from 'react'
import type { Post } from '../../api/contract/staffing.ts'
import { problemOf } from '../client.ts'
import { beginningOf } from '../format.ts'
import { useGrids } from '../grids/store.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/fields.tsx'
import { useRoleName } from './names.ts'
import { useStaffing } from './store.ts'

interface EndDialogProps {
  post: Post
  timeZone: string
  onClose: () => void
}

/** Asks before a post is ended, and when it shall end. */
export function EndDialog({ post, timeZone, onClose }: EndDialogProps) {
  const { post: words, cancel, close } = useStaffingText()
  const text = useText()
  const roleName = useRoleName()
  const grid = useGrids((state) => state.grids.get(post.gridId))
  const end = useStaffing((state) => state.end)
  const [day, setDay] = useState('')
  const [failure, setFailure] = useState('')
  const confirm = async () => {
    try {
      await end(post.id, day ? new Date(beginningOf(day, timeZone)).toISOString() : undefined)
      onClose()
    } catch (cause) {
      const problem = problemOf(cause)
      setFailure(problem.code === 'already-ended' ? words.endedAlready : sentenceOf(text, problem))
    }
  }
  return (
    <Dialog
      title={words.endTitle(post.officerName)}
      closeLabel={close}
      onClose={onClose}
      testId="end-dialog"
      actions={
        <>
          <button type="button" className="button" onClick={onClose}>
            {cancel}
          </button>
          <button
            type="button"
            className="button is-primary"
            onClick={() => void confirm()}
            data-testid="end-confirm"
          >
            {words.end}
          </button>
        </>
      }
    >
      <p>{words.endText(roleName(post.role, grid?.level), grid?.name ?? '')}</p>
      <TextField label={words.endAt} type="date" value={day} onChange={setDay} hint={words.fromHint} />
      {failure ? (
        <p className="failure" role="alert">
          {failure}
        </p>
      ) : null}
    </Dialog>
  )
}
