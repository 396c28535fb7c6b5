import { useEffect, useState } from 'react'
import { FindField } from './FindField.tsx'
import { type FoundPlace, findPlaces } from './store.ts'
import { useLoopText, useSentence } from './words.ts'

const restMs = 250

/** Looks a place of the town up while somebody types. */
export function PlaceFinder({ onPlace }: { onPlace: (place: FoundPlace) => void }) {
  const own = useLoopText().routing.who
  const sentence = useSentence()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<{ of: string; places: readonly FoundPlace[]; failure?: unknown }>()
  const wanted = typed.trim()
  useEffect(() => {
    if (wanted === '') return
    let gone = false
    const timer = setTimeout(() => {
      findPlaces(wanted)
        .then((places) => gone || setFound({ of: wanted, places }))
        .catch((cause: unknown) => gone || setFound({ of: wanted, places: [], failure: cause }))
    }, restMs)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [wanted])
  return (
    <FindField
      label={own.place}
      placeholder={own.placeHint}
      typed={typed}
      onType={setTyped}
      found={(found?.places ?? []).map(({ name, kind, lng, lat }, i) => ({
        key: String(i),
        name,
        more: kind === 'grid' ? '' : `${lng.toFixed(4)}, ${lat.toFixed(4)}`,
      }))}
      none={
        found?.of !== wanted
          ? own.asking
          : found.failure === undefined
            ? own.placeNone
            : sentence(found.failure)
      }
      onChoose={({ key }) => {
        const place = found?.places[Number(key)]
        if (place) onPlace(place)
        setTyped('')
      }}
      testId="who-place"
    />
  )
}
