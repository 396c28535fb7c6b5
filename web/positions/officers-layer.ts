import type { DefaultProps, LayerContext } from '@deck.gl/core'
import { IconLayer, type IconLayerProps } from '@deck.gl/layers'
import { cell, pitch } from '../map/atlas.ts'
import type { Fleet } from './fleet.ts'
import { fadeBy, fadeFrom, staleOpacity } from './freshness.ts'

// Officers walk, turn, fade and go on the GPU: between two ticks only the time changes, and nothing is computed or
// uploaded here. Places are degrees from an origin near all of them; the shader bends the latitude to Mercator by the
// first four terms of its series, which is right to 6 cm at two degrees' distance.

const uniforms = `\
layout(std140) uniform officersUniforms {
  mat4 viewProjection;
  vec4 center;
  vec4 bend;
  vec4 times;
  vec4 sheet;
  float perDegree;
  float bearing;
  float size;
  float chosen;
} officers;
`
const officersModule = {
  name: 'officers',
  vs: uniforms,
  uniformTypes: {
    viewProjection: 'mat4x4<f32>',
    center: 'vec4<f32>',
    bend: 'vec4<f32>',
    times: 'vec4<f32>',
    sheet: 'vec4<f32>',
    perDegree: 'f32',
    bearing: 'f32',
    size: 'f32',
    chosen: 'f32',
  },
} as const

const float = (value: number) => value.toFixed(4)
const vs = `\
#version 300 es
#define SHADER_NAME officers-vertex-shader
in vec2 positions;
in vec4 steps;
in vec3 walks;
in uvec4 looks;
out float vColorMode;
out vec4 vColor;
out vec2 vTextureCoords;
out vec2 uv;
void main(void) {
  float age = officers.times.y - walks.z;
  float stale = officers.times.z;
  if ((looks.w & 6u) != 0u || age >= officers.times.w) {
    gl_Position = vec4(2., 2., 2., 1.);
    return;
  }
  geometry.uv = positions;
  geometry.pickingColor = picking_getPickingColorFromInstanceID();
  uv = positions;
  float done = clamp((officers.times.x - walks.x) / walks.y, 0., 1.);
  vec2 place = mix(steps.xy, steps.zw, done);
  vec4 bend = officers.bend;
  float north = (((bend.w * place.y + bend.z) * place.y + bend.y) * place.y + bend.x) * place.y;
  gl_Position = officers.viewProjection * vec4(place.x * officers.perDegree, north, 0., 0.) + officers.center;
  geometry.position = gl_Position;

  bool hollow = age >= stale;
  float facing = float(looks.y);
  float from = float(looks.x);
  float turned = mod(facing - from + 375., 250.) - 125.;
  float angle = looks.y == 255u ? 0. : radians(officers.bearing - 1.44 * (from + turned * min(1., done * 3.)));
  float size = officers.size * (float(gl_InstanceID) == officers.chosen ? 1.25 : 1.);
  vec2 corner = mat2(cos(angle), -sin(angle), sin(angle), cos(angle)) * (positions / 2. * size);
  vec3 offset = vec3(corner.x, -corner.y, 0.);
  DECKGL_FILTER_SIZE(offset, geometry);
  gl_Position.xy += project_pixel_size_to_clipspace(offset.xy);

  float icon = float(looks.z) * 4. + (looks.y == 255u ? 2. : 0.) + (hollow ? 0. : 1.);
  float columns = officers.sheet.x;
  vec2 frame = vec2(mod(icon, columns), floor(icon / columns)) * officers.sheet.y;
  vTextureCoords = (frame + (positions + 1.) / 2. * ${float(cell)}) / officers.sheet.zw;
  float faded = 1. - ${float(fadeBy)} * clamp((age - ${float(fadeFrom)}) / (stale - ${float(fadeFrom)}), 0., 1.);
  float dimmed = (looks.w & 1u) != 0u ? 115. / 255. : 1.;
  vColor = vec4(1., 1., 1., (hollow ? ${float(staleOpacity)} : faded) * dimmed);
  DECKGL_FILTER_COLOR(vColor, geometry);
  vColorMode = 0.;
}
`

interface OwnProps {
  /** What is drawn is what it holds at the drawing. */
  fleet: Fleet
  /** Asked at each drawing: the screen's time and the server's. */
  clock: () => { now: number; serverNow: number }
  staleSeconds: number
  offlineSeconds: number
  /** Degrees the map is turned: icons do not turn with it by themselves. */
  bearing: number
  /** Pixels. */
  size: number
  chosenIndex: number
  /** Icons in a row of the atlas. */
  columns: number
}

/** Officers as icons on the columns of a fleet (`data.attributes`: getSteps, getWalks, getLooks). */
export class OfficersLayer extends IconLayer<unknown, OwnProps> {
  /** With what the buffers hold. */
  declare state: IconLayer<unknown>['state'] & { fleet?: Fleet; version?: number }
  static override layerName = 'OfficersLayer'
  static override defaultProps = {
    fleet: { type: 'object', value: null, compare: false },
    clock: { type: 'function', value: () => ({ now: 0, serverNow: 0 }), compare: false },
  } as unknown as DefaultProps<IconLayerProps<unknown>>

  override getShaders() {
    const shaders = super.getShaders()
    return { ...shaders, vs, modules: [...shaders.modules, officersModule] }
  }

  override initializeState() {
    super.initializeState()
    const attributes = this.getAttributeManager()
    attributes?.remove([
      'instancePositions',
      'instanceSizes',
      'instanceIconDefs',
      'instanceColors',
      'instanceAngles',
      'instancePixelOffset',
    ])
    attributes?.addInstanced({
      steps: { size: 4, accessor: 'getSteps' },
      walks: { size: 3, accessor: 'getWalks' },
      looks: { size: 4, type: 'uint8', accessor: 'getLooks' },
    })
  }

  override draw(options: { uniforms: unknown }) {
    const { model, iconManager } = this.state
    const texture = iconManager.getTexture()
    if (!model || !texture) return
    this.upload()
    const { fleet, clock, staleSeconds, offlineSeconds, bearing, size, chosenIndex, columns } = this.props
    const { now, serverNow } = clock()
    const [walk, fix] = [(now - fleet.startEpoch) / 1000, (serverNow - fleet.fixEpoch) / 1000]
    const perDegree = 512 / 360
    model.shaderInputs.setProps({
      officers: {
        ...cameraOf(this.context, fleet.origin),
        bend: bendAt(fleet.origin[1]),
        times: [walk, fix, staleSeconds, offlineSeconds],
        sheet: [columns, pitch, texture.width, texture.height],
        perDegree,
        bearing,
        size,
        chosen: chosenIndex,
      },
    })
    model.setInstanceCount(Math.min(fleet.length, this.getNumInstances()))
    super.draw(options)
  }

  /** What has changed since the last drawing goes into the buffers that are there: no layer is made again for it. */
  private upload() {
    const { fleet } = this.props
    const attributes = this.getAttributeManager()?.getAttributes()
    if (!attributes || (this.state.fleet === fleet && this.state.version === fleet.version)) return
    const count = Math.min(fleet.length, this.getNumInstances())
    attributes.steps?.getBuffer()?.write(fleet.steps.subarray(0, count * 4))
    attributes.walks?.getBuffer()?.write(fleet.times.subarray(0, count * 3))
    attributes.looks?.getBuffer()?.write(fleet.looks.subarray(0, count * 4))
    Object.assign(this.state, { fleet, version: fleet.version })
  }
}

/** The camera as seen from the origin, multiplied in double precision: what the shader adds to it is small. */
function cameraOf({ viewport }: LayerContext, [lng, lat]: readonly [number, number]) {
  const m = viewport.viewProjectionMatrix
  const [x, y] = viewport.projectFlat([lng, lat])
  const row = (i: number) => (m[i] ?? 0) * x + (m[4 + i] ?? 0) * y + (m[12 + i] ?? 0)
  return { viewProjection: m, center: [row(0), row(1), row(2), row(3)] }
}

/** Derivatives of the Mercator northing at a latitude, as factors of the powers of a difference in degrees. */
function bendAt(lat: number): [number, number, number, number] {
  const degree = Math.PI / 180
  const sec = 1 / Math.cos(lat * degree)
  const tan = Math.tan(lat * degree)
  const unit = 512 / (2 * Math.PI)
  return [
    unit * sec * degree,
    (unit * sec * tan * degree ** 2) / 2,
    (unit * (2 * sec ** 3 - sec) * degree ** 3) / 6,
    (unit * sec * tan * (6 * sec ** 2 - 1) * degree ** 4) / 24,
  ]
}
