import { lazy, Suspense, useEffect, useState } from 'react'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Skeleton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { locate, type Place } from './place.ts'
import type { StreetTown } from './work.ts'

const PinMap = lazy(() => import('./PinMap.tsx').then(({ PinMap: map }) => ({ default: map })))

interface PlaceFieldProps {
  town: StreetTown | null
  place: Place | null
  onPlace: (place: Place) => void
  address: string
  onAddress: (address: string) => void
  online: boolean
}

/** Where it is: by the phone's own position at once, by a pin on the map, and in words. */
export function PlaceField({ town, place, onPlace, address, onAddress, online }: PlaceFieldProps) {
  const words = useText().street.place
  const [looking, setLooking] = useState(place === null)
  const [failed, setFailed] = useState(false)
  const [pinning, setPinning] = useState(false)
  const look = async () => {
    const found = await locate()
    setLooking(false)
    setFailed(!found)
    if (found) onPlace(found)
  }
  const again = () => {
    setLooking(true)
    setFailed(false)
    void look()
  }
  // Once, when the page opens: whoever reports usually stands there.
  useEffect(() => {
    if (!place) void look()
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  return (
    <section className="place" aria-label={words.title}>
      <p className="place-line" data-testid="place" data-placed={place !== null}>
        <Icon name="target" />
        {looking ? (
          words.looking
        ) : place ? (
          <span>
            <b>{place.accuracy === null ? words.byHand : words.within(figure(Math.round(place.accuracy)))}</b>
            <small>
              {place.lng.toFixed(5)}, {place.lat.toFixed(5)}
            </small>
          </span>
        ) : failed ? (
          words.failed
        ) : (
          words.none
        )}
      </p>
      <div className="place-buttons">
        <button
          type="button"
          className="button"
          onClick={again}
          disabled={looking}
          data-testid="use-position"
        >
          {words.here}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => setPinning(true)}
          disabled={!online || !town}
          data-testid="pin"
        >
          {words.adjust}
        </button>
      </div>
      {online ? null : <p className="hint">{words.mapOffline}</p>}
      <label className="work-field">
        {words.address}
        <input
          value={address}
          maxLength={200}
          placeholder={words.addressHint}
          autoComplete="off"
          onChange={(event) => onAddress(event.target.value)}
          data-testid="address"
        />
      </label>
      {pinning && town ? (
        <Suspense fallback={<Skeleton label={words.loadingMap} lines={3} />}>
          <PinMap
            town={town}
            place={place}
            onClose={() => setPinning(false)}
            onPlace={(found) => {
              onPlace(found)
              setPinning(false)
            }}
          />
        </Suspense>
      ) : null}
    </section>
  )
}
