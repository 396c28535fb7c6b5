import { Map as MapLibreMap } from 'maplibre-gl'
import { useEffect, useRef, useState } from 'react'
import { useText } from '../locales/text.ts'
import { groundStyle } from './ground.ts'
import type { Place } from './place.ts'
import type { StreetTown } from './work.ts'

interface PinMapProps {
  town: StreetTown
  place: Place | null
  onPlace: (place: Place) => void
  onClose: () => void
}

/** The map moves under a pin that stays: more exact under a thumb than dragging the pin. */
export function PinMap({ town, place, onPlace, onClose }: PinMapProps) {
  const words = useText().street.place
  const frame = useRef<HTMLDivElement>(null)
  const dialog = useRef<HTMLDialogElement>(null)
  const map = useRef<MapLibreMap | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    dialog.current?.showModal()
    let gone = false
    void groundStyle().then((style) => {
      if (gone || !frame.current) return
      try {
        map.current = new MapLibreMap({
          container: frame.current,
          style,
          center: place ? [place.lng, place.lat] : town.center,
          zoom: place ? 17 : 13,
          maxZoom: 19,
          attributionControl: false,
          dragRotate: false,
        })
        map.current.touchZoomRotate.disableRotation()
      } catch {
        setFailed(true)
      }
    })
    return () => {
      gone = true
      map.current?.remove()
    }
    // Opened once where the place was then; from there the thumb moves it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  const take = () => {
    const center = map.current?.getCenter()
    if (center) onPlace({ lng: center.lng, lat: center.lat, accuracy: null })
  }
  return (
    <dialog
      ref={dialog}
      className="pin-map"
      aria-label={words.adjust}
      onClose={onClose}
      data-testid="pin-map"
    >
      <div className="pin-frame">
        <div ref={frame} className="pin-ground" role="application" aria-label={words.adjust} />
        <svg className="pin-mark" viewBox="0 0 36 48" aria-hidden="true">
          <path d="M18 47 4 28a17 17 0 1 1 28 0Z" />
          <circle cx="18" cy="18" r="6" />
        </svg>
      </div>
      <div className="pin-actions">
        <p className="hint">{failed ? words.noMap : words.pinHint}</p>
        <button type="button" className="button is-large" onClick={onClose}>
          {words.cancel}
        </button>
        <button
          type="button"
          className="button is-primary is-large"
          onClick={take}
          disabled={failed}
          data-testid="pin-take"
        >
          {words.take}
        </button>
      </div>
    </dialog>
  )
}
