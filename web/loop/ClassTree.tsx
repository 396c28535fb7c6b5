import type { Limit } from '../../api/contract/clock.ts'
import type { IncidentClass } from '../../api/contract/incident.ts'
import { ClassMark } from '../incidents/ClassMark.tsx'
import { familyName, useText } from '../locales/text.ts'
import { Icon } from '../ui/Icon.tsx'
import { type Branch, isSystemClass, stages } from './class-draft.ts'
import { needsText, useLoopText, useNameOf } from './words.ts'

interface ClassTreeProps {
  tree: readonly Branch[]
  folded: ReadonlySet<string>
  onFold: (code: string) => void
  onChange: (cls: IncidentClass) => void
  onAdd: (parent: IncidentClass) => void
}

/** Major classes with their minor ones below, each with its limits. */
export function ClassTree({ tree, folded, ...rest }: ClassTreeProps) {
  const words = useLoopText()
  const { columns } = words.classes
  return (
    <div className="table-frame is-tall" tabIndex={0} role="region" aria-label={columns.name}>
      <table className="table class-table" data-testid="classes">
        <thead>
          <tr>
            <th>{columns.name}</th>
            <th>{columns.kind}</th>
            {stages.map((stage) => (
              <th key={stage}>{words.stages[stage]}</th>
            ))}
            <th>{columns.marks}</th>
            <th>
              <span className="visually-hidden">{words.classes.change}</span>
            </th>
          </tr>
        </thead>
        {tree.map(({ major, minors }) => (
          <tbody key={major.code}>
            <ClassRow
              cls={major}
              fold={minors.length > 0 ? { count: minors.length, open: !folded.has(major.code) } : null}
              {...rest}
            />
            {folded.has(major.code)
              ? null
              : minors.map((cls) => <ClassRow key={cls.code} cls={cls} fold={null} {...rest} />)}
          </tbody>
        ))}
      </table>
    </div>
  )
}

interface ClassRowProps extends Omit<ClassTreeProps, 'tree' | 'folded'> {
  cls: IncidentClass
  fold: { count: number; open: boolean } | null
}

function ClassRow({ cls, fold, onFold, onChange, onAdd }: ClassRowProps) {
  const text = useText()
  const words = useLoopText()
  const nameOf = useNameOf()
  const { classes } = words
  const name = nameOf(cls)
  const limitOf = ({ amount, kind }: Limit) => (
    <span className="limit">
      <b>{amount}</b> {words.shortKinds[kind]}
    </span>
  )
  const isMajor = cls.parentCode === null
  const isSystem = isSystemClass(cls)
  const inUse = cls.active || isSystem
  return (
    <tr className={`${isMajor ? 'is-major' : 'is-minor'} ${inUse ? '' : 'is-out'}`} data-code={cls.code}>
      <th scope="row">
        <span className="class-name">
          {fold ? (
            <button
              type="button"
              className="fold"
              aria-expanded={fold.open}
              aria-label={classes.fold(name)}
              onClick={() => onFold(cls.code)}
            >
              <Icon name={fold.open ? 'down' : 'chevron'} />
            </button>
          ) : (
            <span className="fold" />
          )}
          {isMajor ? <ClassMark className={cls.name} light="none" label="" /> : null}
          <span>
            {name} <small className="hint">{cls.code}</small>
          </span>
        </span>
      </th>
      <td>
        {classes.natures[cls.nature]}
        <small className="hint"> · {familyName(text, cls.family)}</small>
      </td>
      <td data-label={words.stages.file}>{limitOf(cls.limits.file)}</td>
      <td data-label={words.stages.dispatch}>{limitOf(cls.limits.dispatch)}</td>
      <td data-label={words.stages.handle}>
        {cls.limits.handle.map((one, i) => (
          <span key={i} className="handle-stage">
            {one.name ? <small>{one.name} </small> : null}
            {limitOf(one)}
          </span>
        ))}
      </td>
      <td data-label={words.stages.check}>{limitOf(cls.limits.check)}</td>
      <td className="class-marks">
        {cls.severity === 'usual' ? null : (
          <em className={cls.severity === 'urgent' ? 'is-attention' : ''}>
            {classes.severities[cls.severity]}
          </em>
        )}
        {cls.proof ? <em>{classes.proof}</em> : null}
        {cls.needs ? (
          <em className="class-needs" title={needsText(words, cls.needs)}>
            {needsText(words, cls.needs)}
          </em>
        ) : null}
        {isSystem ? <em className="is-system">{classes.system}</em> : null}
        {cls.open || isSystem ? null : <em>{classes.inside}</em>}
        {inUse ? null : <em>{classes.out}</em>}
      </td>
      <td className="is-number">
        {isMajor && !isSystem ? (
          <button
            type="button"
            className="text-button"
            aria-label={classes.addMinor(name)}
            title={classes.addMinor(name)}
            onClick={() => onAdd(cls)}
          >
            {classes.addMinorShort}
          </button>
        ) : null}
        <button
          type="button"
          className="text-button"
          aria-label={classes.changeOf(name)}
          onClick={() => onChange(cls)}
          data-testid={`class-change-${cls.code}`}
        >
          {classes.change}
        </button>
      </td>
    </tr>
  )
}
