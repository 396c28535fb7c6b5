import type { ReactNode } from 'react'
import type { Officer, Unit } from '../../api/contract/unit.ts'
import { duration } from '../format.ts'
import { useText } from '../locales/text.ts'
import { Card, Facts } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { type AgeLimits, lookAtAge } from './freshness.ts'
import type { Motion } from './motion.ts'

interface OfficerCardProps {
  officer: Officer
  unit: Unit | undefined
  motion: Motion | undefined
  gridName: (gridId: number | null) => string | null
  limits: AgeLimits
  /** By the server's clock. */
  now: number
  followed: boolean
  onFollow: (on: boolean) => void
  onClose: () => void
  /** Further actions. */
  children: ReactNode
}

export function OfficerCard({ officer, unit, motion, gridName, limits, now, ...actions }: OfficerCardProps) {
  const text = useText()
  const state = motion ? lookAtAge((now - motion.recordedAt) / 1000, limits).state : 'gone'
  const fix = motion ? text.common.ago(duration(now - motion.recordedAt, text.units)) : text.officers.noFix
  const speed = motion?.speed == null ? text.common.unknown : `${(motion.speed * 3.6).toFixed(0)} km/h`
  return (
    <Card
      testId="officer-card"
      kicker={
        <>
          <span className="chip" style={{ background: `var(--hue-${unit?.color ?? 7})` }} />{' '}
          {unit?.name ?? text.officers.noUnit} · {text.officers.kinds[officer.kind]}
        </>
      }
      title={officer.name}
      onClose={actions.onClose}
      closeLabel={text.common.close}
    >
      <Facts
        facts={[
          [
            text.officers.lastFix,
            <span className={`fix is-${state}`} key="fix">
              {fix}
            </span>,
          ],
          [text.officers.nowIn, gridName(motion?.gridId ?? null) ?? text.common.unknown],
          [text.officers.dutyGrid, gridName(officer.dutyGridId) ?? text.common.none],
          [text.officers.speed, speed],
          [
            text.officers.state,
            `${officer.onShift ? text.officers.onShift : text.officers.offShift} · ${text.officers.transports[officer.transport]}`,
          ],
          // A wall gets no numbers from the server, and shows no empty place for one.
          ...(officer.phone
            ? [
                [
                  text.officers.phone,
                  <a href={`tel:${officer.phone}`} key="phone">
                    {officer.phone}
                  </a>,
                ] as const,
              ]
            : []),
          [text.grids.code, officer.code],
        ]}
      />
      <div className="card-actions">
        <button
          type="button"
          className="button"
          aria-pressed={actions.followed}
          disabled={!motion}
          onClick={() => actions.onFollow(!actions.followed)}
        >
          <Icon name="target" /> {text.officers.follow}
        </button>
        {actions.children}
      </div>
    </Card>
  )
}
