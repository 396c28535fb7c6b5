/** Why there is no sound or picture of this side. */
export type Trouble = 'insecure' | 'refused' | 'none' | 'busy'
export type Facing = 'user' | 'environment'

/** What goes well over mobile data; the browser lowers it further by itself. */
const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 20, max: 24 } }
const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

/** A microphone, or why there is none. */
export const openMicrophone = () => open({ audio: sound })

/** A camera that faces so; or another than `not`: on a phone by where it looks, elsewhere the next one. Or why there is none. */
export async function openCamera(facing: Facing, not?: string): Promise<MediaStreamTrack | Trouble> {
  const facingSo = () => open({ video: { ...picture, facingMode: { ideal: facing } } })
  if (not === undefined) return facingSo()
  const found = matchMedia('(pointer: coarse)').matches ? await facingSo() : null
  if (found && (typeof found === 'string' || found.getSettings().deviceId !== not)) return found
  // A camera that does not say where it looks; a phone has one open at a time.
  found?.stop()
  const next = await cameraAfter(not)
  return open({ video: { ...picture, ...(next !== undefined && { deviceId: { exact: next } }) } })
}

/** Whether there is another camera to change to. */
export async function hasCameras(): Promise<boolean> {
  const found = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? []
  return found.filter(({ kind }) => kind === 'videoinput').length > 1
}

async function cameraAfter(deviceId: string): Promise<string | undefined> {
  const found = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
  const at = found.findIndex((one) => one.deviceId === deviceId)
  return found[(at + 1) % found.length]?.deviceId
}

async function open(wanted: MediaStreamConstraints): Promise<MediaStreamTrack | Trouble> {
  // Over http there is no such thing at all, but on the machine itself.
  if (!window.isSecureContext || !navigator.mediaDevices) return 'insecure'
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia(wanted)).getTracks()
    return track ?? 'none'
  } catch (error) {
    const { name } = error as DOMException
    if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
    return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'none'
  }
}

/** One frame of what somebody shows, as JPEG in its own size. Rejects when nothing comes within five seconds. */
export async function takeFrame(stream: MediaStream): Promise<Blob> {
  const video = document.createElement('video')
  video.muted = true
  video.srcObject = stream
  try {
    await Promise.race([
      video.play().then(() => new Promise((done) => video.requestVideoFrameCallback(done))),
      new Promise((_, reject) => setTimeout(() => reject(new Error('no frame')), 5000)),
    ])
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
    canvas.getContext('2d')?.drawImage(video, 0, 0)
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })
  } finally {
    video.srcObject = null
  }
}
