import commonJs from 'gcoord'

// Its types speak of a default export that both Node and the browser see as the module itself.
const gcoord = commonJs as unknown as typeof commonJs.default

/** A place in WGS 84, and what it is called. */
export interface Goal {
  lng: number
  lat: number
  name: string
}
export const apps = ['amap', 'baidu', 'apple', 'other'] as const
export type App = (typeof apps)[number]
export type Platform = 'android' | 'ios' | 'other'

/** Degrees as China's maps draw them; outside China the same as they came. */
export const toGcj02 = (lng: number, lat: number): [number, number] =>
  gcoord.transform([lng, lat], gcoord.WGS84, gcoord.GCJ02) as [number, number]

export const platformOf = (agent: string): Platform =>
  /android/i.test(agent) ? 'android' : /iphone|ipad|ipod/i.test(agent) ? 'ios' : 'other'

/** The address that opens a navigation app with the way to `goal`, each in the datum it reads. */
export function wayLink(app: App, goal: Goal, on: { mode: 'drive' | 'walk'; platform: Platform }): string {
  const { mode, platform } = on
  const at = (value: number) => value.toFixed(6)
  const name = encodeURIComponent(goal.name)
  if (app === 'other') return `geo:${at(goal.lat)},${at(goal.lng)}?q=${at(goal.lat)},${at(goal.lng)}(${name})`
  const [x, y] = toGcj02(goal.lng, goal.lat)
  const [lng, lat] = [at(x), at(y)]
  if (app === 'amap') {
    // dev=0 says that the degrees are shifted already.
    if (platform === 'android')
      return `amapuri://route/plan/?sourceApplication=xiake&dlat=${lat}&dlon=${lng}&dname=${name}&dev=0&t=${mode === 'drive' ? 0 : 2}`
    if (platform === 'ios')
      return `iosamap://path?sourceApplication=xiake&dlat=${lat}&dlon=${lng}&dname=${name}&dev=0&t=${mode === 'drive' ? 0 : 2}`
    return `https://uri.amap.com/navigation?to=${lng},${lat},${name}&mode=${mode === 'drive' ? 'car' : 'walk'}&coordinate=gaode`
  }
  if (app === 'baidu')
    return `baidumap://map/direction?destination=latlng:${lat},${lng}|name:${name}&coord_type=gcj02&mode=${mode === 'drive' ? 'driving' : 'walking'}&src=xiake`
  // Apple's map of the mainland is AutoNavi's, and takes the degrees of a link as they are drawn there.
  return `https://maps.apple.com/?daddr=${lat},${lng}&dirflg=${mode === 'drive' ? 'd' : 'w'}`
}
