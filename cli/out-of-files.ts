/** Files and sockets that a job over the example archive gets by with are under 128; many connections and data folders of many files need more. */
const enough = 1_024

/** What to say of an error that means that no more files can be opened; undefined of any other. */
export const outOfFiles = (error: unknown): string | undefined => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EMFILE')
    return `this process may not open more files (EMFILE); allow it ${enough}, with "ulimit -n ${enough}" or LimitNOFILE= of systemd`
  if (code === 'ENFILE')
    return 'nobody on this machine can open more files (ENFILE); end what holds them, or raise fs.file-max'
  return undefined
}
