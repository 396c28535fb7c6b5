interface ProgressProps {
  label: string
  /** 0 to 1; null while nobody knows how much there is. */
  share: number | null
  children?: React.ReactNode
}

/** How far something has come. Read out in steps of a tenth: every percent would be noise. */
export function Progress({ label, share, children }: ProgressProps) {
  const percent = share === null ? null : Math.round(share * 100)
  return (
    <div className="progress">
      <div
        className={`progress-bar ${percent === null ? 'is-open' : ''}`}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
      >
        <i style={{ width: `${percent ?? 100}%` }} />
      </div>
      <p className="progress-note">
        <span>{children}</span>
        {percent === null ? null : <b>{percent} %</b>}
      </p>
      <p className="visually-hidden" role="status">
        {label} {percent === null ? '' : `${Math.floor(percent / 10) * 10} %`}
      </p>
    </div>
  )
}
