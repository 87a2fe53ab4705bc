// A font file as fontkit reads it, which only the thread that makes a PDF loads.
import { type Font, type FontCollection, openSync } from 'fontkit'

/** Of a file with many faces the one for simplified Chinese, else the first. @throws Error when it is no font */
export function openFont(path: string): Font {
  const opened: Font | FontCollection = openSync(path)
  if (opened.type !== 'TTC' && opened.type !== 'DFont') return opened as Font
  const faces = (opened as FontCollection).fonts
  const chinese = faces.find(({ postscriptName }) => /sc-|GB/.test(postscriptName))
  const face = chinese ?? faces[0]
  if (face === undefined) throw new Error(`${path} holds no font.`)
  return face
}
