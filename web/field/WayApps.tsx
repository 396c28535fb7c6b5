import type { OwnAssignment } from '../../api/contract/assignment.ts'
import { useText } from '../locales/text.ts'
import { apps, platformOf, wayLink } from './datum.ts'
import { useSquadTasks } from './squads.ts'
import { useField } from './store.ts'

/** The way in another app, each link in its own datum; nothing is asked of anybody until one is pressed. */
export function WayApps({ task }: { task: OwnAssignment }) {
  const words = useText().street.squad
  const own = useField((state) => state.officer?.transport)
  const mode = useSquadTasks((state) => state.ways[task.id]?.journey?.mode) ?? own ?? 'drive'
  const platform = platformOf(navigator.userAgent)
  const goal = { lng: task.lng, lat: task.lat, name: task.address || task.title }
  return (
    <ul className="way-apps" aria-label={words.openIn}>
      {apps.map((app) => (
        <li key={app}>
          <a
            className="button is-large"
            href={wayLink(app, goal, { mode, platform })}
            rel="noreferrer"
            target={platform === 'other' && app !== 'other' ? '_blank' : undefined}
            data-testid={`app-${app}`}
          >
            {words.apps[app]}
          </a>
        </li>
      ))}
    </ul>
  )
}
