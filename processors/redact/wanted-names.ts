import type { Finding } from '../../topology/model/document.ts'
import { insidePlaceholder } from './placeholder.ts'
import type { Policy } from './policy.ts'

/** What a model found and the policy wants. Placeholders of an earlier run are no names. */
export const wantedNames = (
  found: readonly Finding[],
  text: string,
  policy: Policy,
): readonly Finding[] =>
  found.filter(({ start, end, type, score }) => {
    const { enabled, minScore } = policy.rule(type)
    return enabled && score >= minScore && !insidePlaceholder(text, start, end)
  })
