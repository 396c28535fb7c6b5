import { useEffect, useState } from 'react'
import type { Device } from '../../api/contract/device.ts'
import { DeviceTable } from '../devices/DeviceTable.tsx'
import { DoorCards } from '../devices/DoorCards.tsx'
import { IssueDialog } from '../devices/IssueDialog.tsx'
import { StrangerTable } from '../devices/StrangerTable.tsx'
import { useDevices } from '../devices/store.ts'
import { useDevicesText } from '../locales/devices-text.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Empty, Skeleton } from '../ui/controls.tsx'
import { tell } from '../ui/notices.ts'
import { useUnits } from '../units/store.ts'
import './manage-devices.css'

/** Doors are cheap to ask for; the list of devices may be a city's, and is asked for every sixth time. */
const everyMs = 5000
const devicesEvery = 6

/** The doors of positions, what reports for whom, and who knocked in vain. */
export function ManageDevices() {
  const words = useDevicesText()
  const text = useText()
  const { devices, doors, strangers, problem, load, loadDoors, revoke } = useDevices()
  const { officers, load: loadOfficers } = useUnits()
  const [issuing, setIssuing] = useState(false)
  const [revoking, setRevoking] = useState<Device | null>(null)
  useEffect(() => {
    void load()
    let turns = 0
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return
      turns += 1
      void (turns % devicesEvery === 0 ? load() : loadDoors())
    }, everyMs)
    return () => clearInterval(timer)
  }, [load, loadDoors])
  useEffect(() => {
    if (officers.size === 0) loadOfficers().catch(tell)
  }, [officers, loadOfficers])
  return (
    <div className="manage-column is-wide">
      <h2>{words.title}</h2>
      <p className="lead">{words.lead}</p>
      {problem ? (
        devices ? (
          <p className="note is-attention" role="status">
            {words.stale} {sentenceOf(text, problem)}
          </p>
        ) : (
          <Empty action={{ text: words.retry, onClick: () => void load() }}>
            {sentenceOf(text, problem)}
          </Empty>
        )
      ) : null}
      {devices && doors ? (
        <>
          <section className="devices-section" aria-label={words.doorsTitle}>
            <h3>
              {words.doorsTitle} <small>{words.doorsHint}</small>
            </h3>
            <DoorCards doors={doors} />
          </section>
          <section className="sheet" aria-label={words.devices}>
            <header>
              <h3>{words.devices}</h3>
              <button
                type="button"
                className="button is-primary"
                onClick={() => setIssuing(true)}
                data-testid="issue"
              >
                {words.issue}
              </button>
            </header>
            <DeviceTable devices={devices} onIssue={() => setIssuing(true)} onRevoke={setRevoking} />
          </section>
          <section className="sheet" aria-label={words.strangers}>
            <h3>{words.strangers}</h3>
            <p className="hint">{words.strangersHint}</p>
            <StrangerTable strangers={strangers} />
          </section>
        </>
      ) : problem ? null : (
        <Skeleton label={words.loading} lines={8} />
      )}
      {issuing ? <IssueDialog onClose={() => setIssuing(false)} /> : null}
      {revoking ? (
        <ConfirmDialog
          title={words.revokeTitle(revoking.officerName)}
          closeLabel={words.close}
          keep={words.revokeKeep}
          confirm={words.revoke}
          testId="revoke"
          onConfirm={() => revoke(revoking.id)}
          onClose={() => setRevoking(null)}
        >
          <p>
            {words.kinds[revoking.kind].name} {revoking.terminal} {revoking.label}
          </p>
          <p>{words.revokeText}</p>
        </ConfirmDialog>
      ) : null}
    </div>
  )
}
