import { type FormEvent, useState } from 'react'
import { problemOf } from '../client.ts'
import { sentenceOf, useText } from '../locales/text.ts'
import { fieldText } from '../ui/form.ts'
import { Icon } from '../ui/Icon.tsx'
import { useSession } from './store.ts'

export function SignInForm() {
  const text = useText()
  const words = text.signIn
  const signIn = useSession((state) => state.signIn)
  const [busy, setBusy] = useState(false)
  const [shown, setShown] = useState(false)
  const [failure, setFailure] = useState('')

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const username = fieldText(form, 'username').trim()
    const password = fieldText(form, 'password')
    if (username === '' || password === '') return setFailure(words.missing)
    setBusy(true)
    setFailure('')
    try {
      await signIn(username, password)
    } catch (cause) {
      const problem = problemOf(cause)
      setFailure(problem.code === 'network' ? words.unreachable : sentenceOf(text, problem))
      setBusy(false)
    }
  }
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => void submit(event)}
      noValidate
      aria-describedby="sign-in-failure"
    >
      <h1>{words.title}</h1>
      <label>
        {words.username}
        <input
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          required
        />
      </label>
      <label>
        {words.password}
        <span className="password">
          <input
            name="password"
            type={shown ? 'text' : 'password'}
            autoComplete="current-password"
            maxLength={256}
            required
          />
          <button
            type="button"
            className="icon-button"
            aria-label={shown ? words.hide : words.show}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <Icon name="eye" />
          </button>
        </span>
      </label>
      <p id="sign-in-failure" className="failure" role="alert">
        {failure}
      </p>
      <button type="submit" className="button is-primary is-large" disabled={busy}>
        {busy ? words.busy : words.submit}
      </button>
    </form>
  )
}
