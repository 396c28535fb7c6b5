import type { Unit } from '../../api/contract/unit.ts'
import { figure } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Card, Facts } from '../ui/controls.tsx'

interface UnitCardProps {
  unit: Unit
  /** Of its officers, those located now. */
  online: number
  onShift: number
  /** Open incidents it has in hand. */
  inHand: number
  onClose: () => void
}

/** A squad or station: who of it is out, and what it has in hand. */
export function UnitCard({ unit, online, onShift, inHand, onClose }: UnitCardProps) {
  const text = useText()
  const words = text.officers
  return (
    <Card
      testId="unit-card"
      kicker={
        <>
          <span className="chip" style={{ background: `var(--hue-${unit.color})` }} />{' '}
          {`${words.unitKinds[unit.kind]} · ${unit.code}`}
        </>
      }
      title={unit.name}
      onClose={onClose}
      closeLabel={text.common.close}
    >
      <div className="figures">
        {(
          [
            [words.online, online],
            [words.onShift, onShift],
            [words.inHand, inHand],
          ] as const
        ).map(([name, value]) => (
          <div className="figure" key={name}>
            <b>{figure(value)}</b>
            <span>{name}</span>
          </div>
        ))}
      </div>
      <Facts facts={[[words.staff, `${figure(unit.officers)} ${text.units.officers}`]]} />
    </Card>
  )
}
