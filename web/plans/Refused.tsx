import { usePlansText } from '../locales/plans-text.ts'
import { IconButton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { refusalInWords } from './speak.ts'
import { usePlans } from './store.ts'

/** Why the last step was not done; what was drawn for it is still there. */
export function Refused() {
  const words = usePlansText()
  const { refused, refuse } = usePlans()
  if (!refused) return null
  return (
    <div className="refused" role="alert" data-testid="refused">
      <Icon name="warning" />
      <p>{refusalInWords(refused, words)}</p>
      <IconButton icon="close" label={words.close} onClick={() => refuse(null)} />
    </div>
  )
}
