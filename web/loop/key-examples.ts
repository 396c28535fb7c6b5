interface Example {
  origin: string
  key: string
  classCode: string
  place: readonly [lng: number, lat: number]
  title: string
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
const next = ' \\\n  '

/** Lines for a shell that report something as another system: by the JSON API and by Open311. */
export function exampleRequests({ origin, key, classCode, place: [lng, lat], title }: Example) {
  const report = { sourceKey: 'A-0001', classCode, title, lng, lat }
  const form = {
    api_key: key,
    service_code: classCode,
    lat,
    long: lng,
    request_id: 'A-0001',
    description: title,
  }
  return {
    json: [
      `curl ${quoted(`${origin}/api/systems/incidents`)}`,
      `-H ${quoted(`x-api-key: ${key}`)}`,
      `-H 'content-type: application/json'`,
      `-d ${quoted(JSON.stringify(report))}`,
    ].join(next),
    open311: [
      `curl ${quoted(`${origin}/api/open311/v2/requests.json`)}`,
      ...Object.entries(form).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`),
    ].join(next),
  }
}
