// Which font has the characters that PDF's own fonts lack.
import { existsSync } from 'node:fs'

/** Where Debian's and Fedora's packages put theirs, the smaller ones first: all of a font is read for each report. */
const wellKnown: readonly string[] = [
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
  '/usr/share/fonts/wqy-microhei/wqy-microhei.ttc',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc',
  '/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf',
  '/usr/share/fonts/truetype/droid/DroidSansFallback.ttf',
]

/** As messages to people name them. */
export const FONT_PACKAGES = 'fonts-wqy-microhei, fonts-noto-cjk or fonts-droid-fallback'

/** @param configured comes first; null: none is @returns null when there is no such file */
export function findFont(configured: string | null): string | null {
  const paths = configured === null ? wellKnown : [configured, ...wellKnown]
  return paths.find(path => existsSync(path)) ?? null
}
