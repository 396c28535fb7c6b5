import { useEffect, useMemo, useState } from 'react'
import type { Lineage } from '../../api/contract/plan.ts'
import { figure } from '../format.ts'
import { usePlansText } from '../locales/plans-text.ts'
import { Empty, Segmented, Skeleton } from '../ui/controls.tsx'
import { CheckField, SelectField } from '../ui/fields.tsx'
import { useBench } from './bench.ts'
import { type Counts, countsOf, type Span, sideBySide, spans } from './counts.ts'
import { DifferenceChips } from './DifferenceChips.tsx'
import { fetchLineage, type OpenPlan, usePlans } from './store.ts'
import { goToGrids } from './using.ts'

/** This plan beside another one: what differs, what became of what, and the same cases counted in both. */
export function ComparePanel({ open }: { open: OpenPlan }) {
  const { compare: words, states } = usePlansText()
  const { plans, base, compareWith } = usePlans()
  const others = (plans ?? []).filter(({ id, state }) => id !== open.plan.id && state !== 'withdrawn')
  const other = base && base.plan.id !== open.plan.id ? base : null
  const ruled = open.plan.state === 'in-force' || open.plan.state === 'past'
  return (
    <div className="panel-body" data-testid="compare">
      <SelectField
        label={words.with}
        value={String(other?.plan.id ?? '')}
        onChange={(value) => value && void compareWith(Number(value))}
        options={[
          ...(other ? [] : [{ value: '', text: words.choose }]),
          ...others.map(({ id, name, state }) => ({
            value: String(id),
            text: `${name}（${states[state]}）`,
          })),
        ]}
        testId="compare-with"
      />
      {other ? <DifferenceChips /> : null}
      {ruled ? <LineagePart planId={open.plan.id} /> : null}
      {other ? <CountsPart key={`${other.plan.id} ${open.plan.id}`} open={open} other={other} /> : null}
    </div>
  )
}

function LineagePart({ planId }: { planId: number }) {
  const { compare: words, loading } = usePlansText()
  const [lineage, setLineage] = useState<readonly Lineage[] | 'failed' | null>(null)
  useEffect(() => {
    let gone = false
    fetchLineage(planId).then(
      (rows) => gone || setLineage(rows),
      () => gone || setLineage('failed'),
    )
    return () => {
      gone = true
    }
  }, [planId])
  if (lineage === null) return <Skeleton label={loading} />
  if (lineage === 'failed') return <Empty>{words.failed}</Empty>
  const rows = lineage.filter(({ kind }) => kind !== 'same')
  return (
    <section className="panel-part" data-testid="lineage">
      <h3>{words.lineage}</h3>
      <p className="hint">{rows.length === 0 ? words.noLineage : words.lineageLead}</p>
      {rows.length === 0 ? null : (
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{words.was}</th>
                <th scope="col">{words.became}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, 300).map((row) => (
                <tr key={`${row.fromGrid} ${row.toGrid}`}>
                  <td>
                    {row.fromName}
                    <small>{row.fromCode}</small>
                  </td>
                  <td>
                    {row.toName}
                    <small title={words.share}>
                      {row.toCode}
                      <br />
                      {words.kinds[row.kind]} {(row.share * 100).toFixed(1)} %
                    </small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

type Other = NonNullable<ReturnType<typeof usePlans.getState>['base']>

/** Old and new in the order of time: whichever of the two plans ruled first stands on the left. */
function CountsPart({ open, other }: { open: OpenPlan; other: Other }) {
  const words = usePlansText()
  const { compare } = words
  const level = useBench((state) => state.level)
  const [span, setSpan] = useState<Span>('quarter')
  const [by, setBy] = useState<'point' | 'area'>('point')
  const [onlyChanged, setOnlyChanged] = useState(true)
  const [told, setTold] = useState<{ wish: string; counts: { was: Counts; is: Counts } | 'failed' } | null>(
    null,
  )
  const time = (at: string | null) => (at ? Date.parse(at) : Infinity)
  const newer = time(open.plan.effectiveAt) >= time(other.plan.effectiveAt)
  const [old, now] = newer ? [other, open] : [open, other]
  const [oldId, nowId] = [old.plan.id, now.plan.id]
  const wish = `${oldId} ${nowId} ${span} ${by} ${open.revision}`
  useEffect(() => {
    let gone = false
    const tell = (counts: { was: Counts; is: Counts } | 'failed') => gone || setTold({ wish, counts })
    const is = by === 'point' ? countsOf(nowId, span) : countsOf(oldId, span, nowId)
    Promise.all([countsOf(oldId, span), is]).then(
      ([was, found]) => tell({ was, is: found }),
      () => tell('failed'),
    )
    return () => {
      gone = true
    }
  }, [oldId, nowId, span, by, wish])
  // What was counted for another wish is not shown for this one.
  const counts = told?.wish === wish ? told.counts : null
  const rows = useMemo(
    () =>
      counts && counts !== 'failed'
        ? sideBySide(counts.was, counts.is, level, { was: old.features, is: now.features })
        : [],
    [counts, level, old.features, now.features],
  )
  const differs = (row: (typeof rows)[number]) =>
    row.was === null || row.is === null || Math.abs(row.is - row.was) >= 0.05
  const shown = rows.filter((row) => !onlyChanged || differs(row))
  const inWords = (n: number | null) =>
    n === null ? '—' : Number.isInteger(n) ? figure(n) : figure(Number(n.toFixed(1)))
  return (
    <section className="panel-part" data-testid="counts">
      <h3>{compare.counts}</h3>
      <p className="hint">{by === 'area' ? compare.areaHint : compare.countsLead}</p>
      <Segmented
        label={compare.span}
        value={span}
        onChange={setSpan}
        options={spans.map((value) => ({ value, text: compare.spans[value] }))}
      />
      <Segmented
        label={compare.by}
        value={by}
        onChange={setBy}
        options={[
          { value: 'point', text: compare.point },
          { value: 'area', text: compare.area },
        ]}
      />
      <CheckField label={compare.onlyChanged} checked={onlyChanged} onChange={setOnlyChanged} />
      {counts === null ? <Skeleton label={compare.counting} /> : null}
      {counts === 'failed' ? <Empty>{compare.failed}</Empty> : null}
      {counts && counts !== 'failed' && shown.length === 0 ? <p>{compare.nothing}</p> : null}
      {shown.length > 0 ? (
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">
                  {compare.grid} <small>{words.levelShort[level]}</small>
                </th>
                <th scope="col" className="is-number" title={old.plan.name}>
                  {compare.inOld}
                </th>
                <th scope="col" className="is-number" title={now.plan.name}>
                  {compare.inNew}
                </th>
                <th scope="col" className="is-number">
                  {compare.change}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, 300).map((row) => (
                <tr key={`${row.uid ?? 'old'} ${row.code}`}>
                  <td>
                    {row.uid === null || !newer ? (
                      row.name
                    ) : (
                      <button type="button" className="text-button" onClick={() => goToGrids([row.uid ?? 0])}>
                        {row.name}
                      </button>
                    )}
                    <small>{row.code}</small>
                  </td>
                  <td className="is-number">{inWords(row.was)}</td>
                  <td className="is-number">{inWords(row.is)}</td>
                  <td className="is-number">
                    {row.was !== null && row.is !== null && differs(row)
                      ? `${row.is > row.was ? '+' : '−'}${inWords(Math.abs(row.is - row.was))}`
                      : ''}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  )
}
