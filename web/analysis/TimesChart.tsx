import { useEffect, useMemo, useState } from 'react'
import { duration } from '../format.ts'
import { useAnalysisText } from '../locales/analysis-text.ts'
import { useText } from '../locales/text.ts'
import { askTimes } from './asked.ts'
import type { ChartsProps } from './BarCharts.tsx'
import { BarList } from './BarList.tsx'
import type { Bar } from './bars.ts'
import type { StudySide } from './study.ts'
import { type Times, timeBins, timesOf } from './times.ts'
import { count } from './values.ts'

type Known = { state: 'loading' | 'failed' } | { state: 'ready'; times: Times | null }
const loading: Known = { state: 'loading' }

/** Handling times of a side: counted here, or asked of the server, which knows quantiles of simple choices alone. */
function useTimes({ cases }: StudySide): Known {
  const held = useMemo(() => (cases.kind === 'held' ? timesOf(cases.cube, cases.filter) : null), [cases])
  const question = cases.kind === 'asked' ? cases.question : null
  const [asked, setAsked] = useState<{ of: StudySide['cases'] | null; known: Known }>({
    of: null,
    known: loading,
  })
  useEffect(() => {
    if (!question) return
    const called = new AbortController()
    const put = (known: Known) => {
      if (!called.signal.aborted) setAsked({ of: cases, known })
    }
    askTimes(question, called.signal).then(
      (times) => put({ state: 'ready', times }),
      () => put({ state: 'failed' }),
    )
    return () => called.abort()
  }, [cases, question])
  if (held) return { state: 'ready', times: held }
  return asked.of === cases ? asked.known : loading
}

/** How long handling took: how many cases in which span, the median and nine in ten. */
export function TimesChart({ now, caption }: ChartsProps) {
  const words = useAnalysisText().charts
  const { units } = useText()
  const known = useTimes(now)
  const times = known.state === 'ready' ? known.times : null
  const bars = useMemo(() => {
    const label = (hours: number) => (hours < 24 ? `${hours} ${units.h}` : `${hours / 24} ${units.d}`)
    return (times?.counts ?? []).map((value, i): Bar => {
      const end = timeBins[i]
      const name = end === undefined ? words.above(label(timeBins.at(-1) ?? 0)) : words.upTo(label(end))
      return { key: name, name, value, opposite: null, text: count(value), faded: false }
    })
  }, [times, words, units])
  const say = (seconds: number | null) => (seconds === null ? '—' : duration(seconds * 1000, units))
  const summary = !times
    ? ''
    : times.total === 0
      ? words.noTimes
      : `${words.median(say(times.median))} · ${words.late(say(times.late))}`
  if (times?.counts)
    return (
      <BarList
        title={words.times}
        label={`${words.times}: ${summary}`}
        testId="times"
        bars={bars}
        write={count}
        words={words}
        caption={caption}
        lead={summary}
      />
    )
  const said =
    known.state === 'loading'
      ? words.timesLoading
      : known.state === 'failed'
        ? words.timesFailed
        : times
          ? words.timesAsked
          : words.timesUnasked
  return (
    <figure className="chart is-times" data-testid="chart-times">
      <figcaption>
        <h3>{words.times}</h3>
      </figcaption>
      {times && times.total > 0 ? (
        <dl className="quantiles">
          {[
            [words.medianName, say(times.median)],
            [words.lateName, say(times.late)],
          ].map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <p className="hint" role="status">
        {times?.total === 0 ? words.noTimes : said}
      </p>
    </figure>
  )
}
