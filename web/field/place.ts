export interface Place {
  lng: number
  lat: number
  /** Metres; none where a hand has put the pin. */
  accuracy: number | null
}

/** Where the phone is now; a place at most ten seconds old will do. Null where it does not tell. */
export const locate = (): Promise<Place | null> =>
  new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude, accuracy } }) => resolve({ lng: longitude, lat: latitude, accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: 12_000, maximumAge: 10_000 },
    )
  })
