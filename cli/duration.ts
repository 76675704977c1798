const units = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const

/** `4.2 s`, `17 min`, `3 h`, `12 d`. */
export const duration = (seconds: number | null): string => {
  if (seconds === null) return '-'
  const unit = units.find(([length]) => seconds >= 2 * length)
  return unit ? `${Math.floor(seconds / unit[0])} ${unit[1]}` : `${seconds.toFixed(1)} s`
}
