import { useState } from 'react'
import type { RoutingRule } from '../../api/contract/routing.ts'
import { Empty, IconButton } from '../ui/controls.tsx'
import { Icon } from '../ui/Icon.tsx'
import { tell } from '../ui/notices.ts'
import { RuleDialog } from './RuleDialog.tsx'
import { changeOf } from './rule-draft.ts'
import { useRuleWords } from './rule-words.ts'
import { useLoop } from './store.ts'
import { WhoTester } from './WhoTester.tsx'
import { useLoopText } from './words.ts'

/** The routing table, with the question who would get a case beside it. */
export function RulesPanel({ rules, timeZone }: { rules: readonly RoutingRule[]; timeZone: string }) {
  const words = useLoopText()
  const own = words.routing
  const { conditions, target } = useRuleWords()
  const { classes, saveRule, dropRule } = useLoop()
  const [asked, setAsked] = useState<{ rule: RoutingRule | null } | null>(null)
  const [taken, setTaken] = useState<number | null>(null)
  const [dropped, setDropped] = useState<RoutingRule | null>(null)
  const [said, setSaid] = useState('')
  const toldOf = (rule: RoutingRule) => `${conditions(rule).join(' · ') || own.any} → ${target(rule)}`
  const drop = async (rule: RoutingRule) => {
    await dropRule(rule.id)
    setDropped(rule)
    setSaid('')
  }
  const restore = async (rule: RoutingRule) => {
    await saveRule(null, changeOf(rule))
    setDropped(null)
    setSaid(own.restored)
  }
  return (
    <div className="loop-body">
      <section className="sheet" aria-label={own.rules}>
        <header>
          <h3>{own.rules}</h3>
          <button
            type="button"
            className="button is-primary"
            onClick={() => setAsked({ rule: null })}
            data-testid="rule-add"
          >
            {own.add}
          </button>
        </header>
        <p className="hint">{own.order}</p>
        {rules.length === 0 ? (
          <Empty action={{ text: own.add, onClick: () => setAsked({ rule: null }) }}>{own.none}</Empty>
        ) : (
          <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={own.rules}>
            <table className="table rule-table" data-testid="rules">
              <thead>
                <tr>
                  <th className="is-number">{own.columns.rank}</th>
                  <th>{own.columns.when}</th>
                  <th>{own.columns.to}</th>
                  <th>{own.columns.basis}</th>
                  <th>{own.columns.active}</th>
                  <th>
                    <span className="visually-hidden">{own.change}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rules.map((rule) => (
                  <tr
                    key={rule.id}
                    className={rule.active ? '' : 'is-out'}
                    aria-selected={rule.id === taken}
                    data-rule={rule.id}
                  >
                    <td className="is-number rule-rank">{rule.rank}</td>
                    <td className="wraps rule-when">
                      {conditions(rule).length === 0 ? (
                        <span className="hint">{own.any}</span>
                      ) : (
                        conditions(rule).map((one) => <span key={one}>{one}</span>)
                      )}
                      {rule.note ? <small className="hint">{rule.note}</small> : null}
                    </td>
                    <td className="wraps rule-to">
                      <b>{target(rule)}</b> {rule.auto ? <em title={own.autoHint}>{own.autoShort}</em> : null}
                    </td>
                    <td>{own.bases[rule.basis]}</td>
                    <td>
                      <input
                        type="checkbox"
                        role="switch"
                        className="switch"
                        checked={rule.active}
                        aria-label={own.activeOf(rule.rank)}
                        onChange={(event) =>
                          void saveRule(rule.id, { ...changeOf(rule), active: event.target.checked }).catch(
                            tell,
                          )
                        }
                      />
                    </td>
                    <td className="is-number">
                      <button
                        type="button"
                        className="text-button"
                        aria-label={`${own.changeOf(rule.rank)}: ${toldOf(rule)}`}
                        onClick={() => setAsked({ rule })}
                      >
                        {own.change}
                      </button>
                      <button
                        type="button"
                        className="text-button"
                        aria-label={`${own.dropOf(rule.rank)}: ${toldOf(rule)}`}
                        onClick={() => void drop(rule).catch(tell)}
                      >
                        {own.drop}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <WhoTester rules={rules} classes={classes ?? []} timeZone={timeZone} onTaken={setTaken} />
      <div role="status">
        {dropped ? (
          <div className="loop-toast" data-testid="dropped">
            <p>{own.dropped(toldOf(dropped))}</p>
            <button
              type="button"
              className="button is-small"
              onClick={() => void restore(dropped).catch(tell)}
              data-testid="undo"
            >
              <Icon name="undo" /> {own.undo}
            </button>
            <IconButton icon="close" label={words.close} onClick={() => setDropped(null)} />
          </div>
        ) : (
          <span className="visually-hidden">{said}</span>
        )}
      </div>
      {asked ? <RuleDialog rule={asked.rule} classes={classes ?? []} onClose={() => setAsked(null)} /> : null}
    </div>
  )
}
