import type { Finding } from '../../topology/model/document.ts'
import { detect } from './redact.ts'
import { apply } from './apply.ts'
import type { PolicyTest } from './options.ts'
import type { Keys, Policy } from './policy.ts'
import { wantedNames } from './wanted-names.ts'

/** What came of one test case of a policy. */
export interface PolicyTestResult {
  readonly name: string
  /** What is not as the case says; empty when all is. Holds the invented text of the case. */
  readonly failures: readonly string[]
}

const failuresOf = (test: PolicyTest, text: string, types: ReadonlySet<string>): string[] => [
  ...(test.becomes === undefined || test.becomes === text
    ? []
    : [`expected ${JSON.stringify(test.becomes)}, got ${JSON.stringify(text)}`]),
  ...test.hides
    .filter((value) => text.includes(value))
    .map((value) => `${JSON.stringify(value)} is still in ${JSON.stringify(text)}`),
  ...test.keeps
    .filter((value) => !text.includes(value))
    .map((value) => `${JSON.stringify(value)} is gone from ${JSON.stringify(text)}`),
  ...test.finds.filter((type) => !types.has(type)).map((type) => `no ${type} was found`),
]

/** Runs the test cases that a policy brings with it. `names`: what a model found in the text of each, where one was asked. */
export const runPolicyTests = (
  policy: Policy,
  keys: Keys,
  tenantId: string,
  names: readonly (readonly Finding[])[] = [],
): readonly PolicyTestResult[] =>
  policy.file.tests.map((test, at) => {
    const found = detect(test.text, policy, wantedNames(names[at] ?? [], test.text, policy))
    const { text } = apply(test.text, found, policy, { keys, tenantId })
    const types = new Set(found.map(({ type }) => type))
    return { name: test.name ?? `test ${at + 1}`, failures: failuresOf(test, text, types) }
  })
