import { useWords } from '../locales/manage-text.ts'
import { usePreferences } from '../ui/preferences.ts'
import { translate } from './speak.ts'

/** A sentence of the server's: in the reader's language, and in its own words beside where these are other. */
export function Said({ sentence: given, file }: { sentence: string; file: string }) {
  const { shell, imports } = useWords()
  const language = usePreferences((state) => state.language)
  // The server knows the file by where it lies, people by its name.
  const sentence = given.replaceAll(/\S*\/imports\/jobs\/\d+\/file/g, file)
  const { text, own } = translate(sentence, imports)
  return (
    <>
      <p>{text}</p>
      {own && language !== 'en' ? (
        <p className="hint">
          {shell.serverSays}：{sentence}
        </p>
      ) : null}
    </>
  )
}
