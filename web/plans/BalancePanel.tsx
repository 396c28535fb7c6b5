import { useEffect, useState } from 'react'
import type { BalanceWish } from '../../api/contract/plan-balance.ts'
import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { useStaffingText } from '../locales/staffing-text.ts'
import { Segmented } from '../ui/controls.tsx'
import { CheckField, RadioCards, TextField } from '../ui/fields.tsx'
import { Progress } from '../ui/Progress.tsx'
import { BalanceTable } from './BalanceTable.tsx'
import { type BalanceRequest, useBalance } from './balance.ts'
import { siblingsOf, subjectOf } from './balance-chosen.ts'
import { riversOnMap } from './balance-rivers.ts'
import { useBench } from './bench.ts'
import { boxAround } from './feature.ts'
import { refusalInWords } from './speak.ts'
import { usePlans } from './store.ts'
import { goToGrids, useChosen } from './using.ts'
import './balance.css'

/** Divides the chosen land anew: what is wished, the proposals beside today, and the one that becomes an edit. */
export function BalancePanel({ editing }: { editing: boolean }) {
  const words = useStaffingText().balance
  const plansWords = usePlansText()
  const { planId, job, answer, failure, dismiss } = useBalance()
  const openId = usePlans((state) => state.openId)
  useEffect(() => {
    if (planId !== null && planId !== openId) dismiss()
  }, [planId, openId, dismiss])
  if (!editing) return <p className="panel-body hint">{words.readOnly}</p>
  if (job?.state === 'running')
    return (
      <div className="panel-body" data-testid="balance">
        <h3>{words.title}</h3>
        <Progress label={words.working} share={job.share}>
          {words.working}
        </Progress>
      </div>
    )
  if (answer) return <Proposals />
  const failed = job?.state === 'failed' || job?.state === 'cancelled'
  return (
    <div className="panel-body" data-testid="balance">
      <h3>{words.title}</h3>
      <p className="hint">{words.lead}</p>
      {failure || failed ? (
        <p className="failure" role="alert">
          {failure ? refusalInWords(failure, plansWords) : (job?.problem ?? words.failed)}
        </p>
      ) : null}
      <BalanceForm />
    </div>
  )
}

type By = BalanceRequest['by']
const byAll: readonly By[] = ['households', 'cases', 'area']

function BalanceForm() {
  const words = useStaffingText().balance
  const { openId, open } = usePlans()
  const start = useBalance((state) => state.start)
  const last = useBalance((state) => state.request)
  const chosen = useChosen()
  // Several are first of all balanced as they are: as many as before. One is divided by what a grid may hold.
  const [wished, setHow] = useState<'most' | 'parts' | null>(null)
  const how = wished ?? (chosen.length > 1 ? 'parts' : 'most')
  const [mostHouseholds, setMost] = useState(String(last?.mostHouseholds ?? 150))
  const [typed, setParts] = useState<string | null>(null)
  const parts = typed ?? String(last?.parts ?? Math.max(2, chosen.length))
  const [by, setBy] = useState<By>(last?.by ?? 'households')
  const [rivers, setRivers] = useState(true)
  if (!open || openId === null) return null
  const subject = subjectOf(open.features, chosen)
  const [first] = chosen
  if (subject.as === 'none')
    return (
      <>
        <p className="note is-attention">{words[subject.why]}</p>
        {subject.why === 'oneLowest' && first ? (
          <button
            type="button"
            className="button"
            onClick={() => goToGrids(siblingsOf(open.features, first))}
            data-testid="balance-siblings"
          >
            {words.siblings}
          </button>
        ) : null}
      </>
    )
  const count = Number(how === 'parts' ? parts : mostHouseholds)
  const least = how === 'most' ? 10 : subject.as === 'divide' ? 2 : 1
  const sound = Number.isInteger(count) && count >= least && count <= (how === 'parts' ? 60 : 10_000)
  const households = chosen.reduce((all, { properties }) => all + properties.households, 0)
  const makes = how === 'parts' ? count : Math.max(1, Math.ceil(households / Math.max(1, count)))
  const begin = () => {
    const box = boxAround(chosen.map(({ geometry }) => geometry))
    void start(openId, {
      uids: chosen.map(({ id }) => id),
      mostHouseholds: how === 'most' ? count : 150,
      ...(how === 'parts' ? { parts: count } : {}),
      by,
      along: rivers ? riversOnMap(box) : [],
    })
  }
  return (
    <>
      <p>
        <b>
          {subject.as === 'divide' ? words.divide(subject.grid.properties.name) : words.chosen(chosen.length)}
        </b>
      </p>
      <RadioCards
        label={words.how}
        value={how}
        onChange={setHow}
        className="is-row"
        options={(['most', 'parts'] as const).map((value) => ({ value, text: words.hows[value] }))}
      />
      {how === 'most' ? (
        <>
          <TextField label={words.most} value={mostHouseholds} onChange={setMost} hint={words.mostHint} />
          <Segmented
            label={words.most}
            value={mostHouseholds}
            onChange={setMost}
            options={[
              { value: '150', text: words.village },
              { value: '300', text: words.town },
            ]}
          />
        </>
      ) : (
        <TextField label={words.parts} value={parts} onChange={setParts} testId="balance-parts" />
      )}
      <div className="balance-by">
        <span>{words.by}</span>
        <Segmented
          label={words.by}
          value={by}
          onChange={setBy}
          options={byAll.map((value) => ({ value, text: words.bys[value] }))}
        />
      </div>
      <CheckField label={words.rivers} hint={words.riversHint} checked={rivers} onChange={setRivers} />
      {sound ? (
        <p className="hint">
          {words.makes(figure(households), figure(makes), figure(Math.round(households / makes)))}
        </p>
      ) : null}
      <button
        type="button"
        className="button is-primary"
        disabled={!sound}
        onClick={begin}
        data-testid="balance-start"
      >
        {words.start}
      </button>
    </>
  )
}

function Proposals() {
  const words = useStaffingText().balance
  const plansWords = usePlansText()
  const { answer, request, failure, accept, dismiss } = useBalance()
  const { open, take } = usePlans()
  const { compare, look, choose } = useBench()
  const [wish, setWish] = useState<BalanceWish>('even')
  const [over, setOver] = useState<BalanceWish | null>(null)
  const shown = answer?.proposals.find((one) => one.wish === (over ?? wish))
  const first = answer?.proposals[0]
  useEffect(() => {
    const box = first && boxAround(first.features.map(({ geometry }) => geometry))
    if (box) look({ to: 'box', box })
    // What is chosen lies over what is proposed.
    choose([])
  }, [first, look, choose])
  useEffect(() => {
    if (shown) compare({ changed: shown.features, removed: shown.removed })
    return () => compare(null)
  }, [shown, compare])
  if (!answer || !request || !open) return null
  const stale = answer.job.revision !== open.revision
  const putAside = () => {
    dismiss()
    choose(request.uids)
  }
  const acceptChosen = async () => {
    const accepted = await accept(open.revision, wish)
    if (!accepted) return
    take(accepted)
  }
  return (
    <div className="panel-body" data-testid="balance-proposals">
      <h3>{words.title}</h3>
      <p className="hint">{words.legend}</p>
      {stale ? <p className="note is-attention">{words.stale}</p> : null}
      {failure ? (
        <p className="failure" role="alert">
          {refusalInWords(failure, plansWords)}
        </p>
      ) : null}
      <Segmented
        label={words.title}
        value={wish}
        onChange={setWish}
        options={answer.proposals.map(({ wish: value }) => ({ value, text: words.wishes[value] }))}
      />
      <p>{words.wishHints[over ?? wish]}</p>
      <BalanceTable
        answer={answer}
        request={request}
        wish={over ?? wish}
        onOver={setOver}
        onChoose={setWish}
      />
      <div className="panel-actions">
        <button type="button" className="button" onClick={putAside} data-testid="balance-dismiss">
          {words.dismiss}
        </button>
        <button
          type="button"
          className="button is-primary"
          disabled={stale}
          onClick={() => void acceptChosen()}
          data-testid="balance-accept"
        >
          {words.accept(words.wishes[wish])}
        </button>
      </div>
    </div>
  )
}
